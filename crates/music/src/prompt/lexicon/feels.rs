//! Tempo, mode, metre, fullness, and the small words that steer.

use super::{Entry, Meaning};
use crate::prompt::feel::Feel;
use crate::prompt::plan::Metre;
use crate::vocabulary::Mode;

const NONE: Feel = Feel {
    tempo: 0.0,
    energy: 0.0,
    density: 0.0,
    brightness: 0.0,
    register: 0.0,
    legato: 0.0,
    space: 0.0,
    drift: 0.0,
    leap: 0.0,
    force: 0.0,
};

pub(super) const ENTRIES: &[Entry] = &[
    (Meaning::Bpm(46.0), "grave|larghissimo"),
    (Meaning::Bpm(52.0), "largo"),
    (Meaning::Bpm(60.0), "larghetto"),
    (Meaning::Bpm(68.0), "adagio"),
    (Meaning::Bpm(84.0), "andante"),
    (Meaning::Bpm(92.0), "andantino"),
    (Meaning::Bpm(106.0), "moderato"),
    (Meaning::Bpm(114.0), "allegretto"),
    (Meaning::Bpm(132.0), "allegro"),
    (Meaning::Bpm(156.0), "vivace|vivo"),
    (Meaning::Bpm(176.0), "presto"),
    (Meaning::Bpm(200.0), "prestissimo"),
    (
        Meaning::Pace(-1),
        "slow|slowly|slow tempo|unhurried|lazy|langsam|langsame|langsamer|lent|lente|lentement|lento|lenta|despacio|slow paced|sluggish|dragging",
    ),
    (
        Meaning::Pace(1),
        "fast|quick|uptempo|up tempo|rapid|speedy|fast paced|brisk|frantic|schnell|schnelle|schneller|flott|rapide|vite|rapido|rapida|veloz|high tempo|galloping",
    ),
    (
        Meaning::Pace(0),
        "midtempo|mid tempo|medium tempo|moderate|moderate tempo|mittleres tempo|tempo moyen|tempo medio",
    ),
    (
        Meaning::Feel(Feel {
            density: -0.25,
            tempo: -0.2,
            ..NONE
        }),
        "half time|halftime",
    ),
    (
        Meaning::Feel(Feel {
            density: 0.25,
            tempo: 0.3,
            ..NONE
        }),
        "double time|doubletime",
    ),
    (
        Meaning::Mode(Mode::Minor),
        "minor|minor key|in minor|in moll|moll|mineur|en mineur|menor|aeolian",
    ),
    (
        Meaning::Mode(Mode::Major),
        "major key|in major|in dur|dur|majeur|en majeur|tonalidad mayor|ionian",
    ),
    (
        Meaning::Mode(Mode::Dorian),
        "dorian|dorisch|dorien|dorico|dorian mode",
    ),
    (
        Meaning::Mode(Mode::Phrygian),
        "phrygian|phrygisch|phrygien|frigio",
    ),
    (Meaning::Mode(Mode::Lydian), "lydian|lydisch|lydien|lidio"),
    (
        Meaning::Mode(Mode::Mixolydian),
        "mixolydian|mixolydisch|mixolydien|mixolidio",
    ),
    (
        Meaning::Metre(Metre::ThreeFour),
        "3/4|3/4 time|three four|waltz time|triple time|triple metre|triple meter|walzertakt|dreivierteltakt",
    ),
    (
        Meaning::Metre(Metre::SixEight),
        "6/8|6/8 time|six eight|jig|barcarolle|siciliana|sechsachteltakt|compound time",
    ),
    (
        Meaning::Metre(Metre::FourFour),
        "4/4|4/4 time|common time|four four",
    ),
    (
        Meaning::Swing(0.66),
        "shuffle|shuffled|12/8|12/8 time|twelve eight|triplet feel|shuffle feel",
    ),
    (
        Meaning::Swing(0.63),
        "swing|swinging|swung|swing feel|swingend",
    ),
    (
        Meaning::Swing(0.5),
        "straight|straight eighths|quantized|quantised",
    ),
    (
        Meaning::Feel(Feel {
            energy: 0.3,
            density: 0.2,
            force: 0.08,
            ..NONE
        }),
        "intense|loud|heavy|hard|strong|banging|bombastic|full on|wild|explosive|laut|heftig|intensiv|puissant|fort|intense|fuerte|intenso|kraftig",
    ),
    (
        Meaning::Feel(Feel {
            energy: -0.28,
            density: -0.25,
            force: -0.06,
            ..NONE
        }),
        "minimal|minimalist|minimalistic|sparse|simple|subtle|delicate|stripped down|understated|reduziert|schlicht|sparlich|epure|sobre|sencillo|minimalista|ambient textures",
    ),
    (
        Meaning::Feel(Feel {
            density: 0.3,
            energy: 0.15,
            ..NONE
        }),
        "busy|dense|complex|virtuosic|virtuoso|rich|lush|layered|dicht|komplex|complexe|complejo|intricate|full",
    ),
    (
        Meaning::Feel(Feel {
            brightness: -0.25,
            ..NONE
        }),
        "muffled|dusty|vinyl|tape|vintage|old|retro|filtered|underwater|gedampft|alt|altmodisch|antiguo|vieux|warm tape",
    ),
    (
        Meaning::Feel(Feel {
            space: 0.5,
            legato: 0.1,
            ..NONE
        }),
        "spacious|reverb|echo|echoing|airy|cathedral|wide|cavernous|vast|weit|hallig|reverberant|espacioso|spacieux|washed out|cosmic|space",
    ),
    (
        Meaning::Feel(Feel {
            space: -0.5,
            ..NONE
        }),
        "dry|tight|close|in your face|trocken|sec|seco|punchy",
    ),
    (
        Meaning::Feel(Feel {
            legato: -0.35,
            ..NONE
        }),
        "staccato|plucky|short notes|abgehackt|spiccato",
    ),
    (
        Meaning::Feel(Feel {
            legato: 0.3,
            density: -0.1,
            ..NONE
        }),
        "legato|flowing|sustained|smooth|fliessend|fluide|fluido|long notes",
    ),
    (
        Meaning::Feel(Feel {
            register: 5.0,
            brightness: 0.1,
            ..NONE
        }),
        "high pitched|high register|aigu|hoch|agudo|twinkling",
    ),
    (
        Meaning::Feel(Feel {
            register: -5.0,
            brightness: -0.1,
            ..NONE
        }),
        "low pitched|low register|deep|tief|grave voice|profond|profundo",
    ),
    (
        Meaning::Feel(Feel {
            energy: 0.25,
            drift: 0.5,
            ..NONE
        }),
        "building|build up|crescendo|growing|rising|soaring|steigernd|climactic",
    ),
    (
        Meaning::Not,
        "no|not|without|w o|minus|excluding|except|exclude|avoid|lacking|free of|don t|dont|never|non|ohne|kein|keine|keinen|keinem|nicht|sans|pas de|pas d|aucun|aucune|sin|ningun|ninguna|senza|sem|zonder|n t",
    ),
    (
        Meaning::Very,
        "very|really|extremely|super|so|ultra|extra|incredibly|sehr|extrem|ganz|tres|muy|bien|molto|deeply|highly",
    ),
    (
        Meaning::Only,
        "only|just|alone|nothing but|unaccompanied|nur|lediglich|allein|alleine|seulement|uniquement|seul|solamente|unicamente|purely|exclusively|a cappella|acapella|solely",
    ),
    (Meaning::Solo, "solo|soli"),
    (
        Meaning::With,
        "with|featuring|feat|ft|plus|but|including|over|backed by|accompanied by|mit|aber|sowie|avec|mais|con|pero|however|instead",
    ),
    (
        Meaning::And,
        "and|or|nor|n|und|oder|noch|et|ou|ni|y|e|o|any",
    ),
    (
        Meaning::Filler,
        "a|an|the|of|some|kind|sort|der|die|das|ein|eine|einen|le|la|les|l|un|une|de|du|des|d|el|los|las|una|please|bitte|use|using|have|add|at|all",
    ),
    (
        Meaning::Players(
            &[
                crate::vocabulary::Instrument::Drums,
                crate::vocabulary::Instrument::ElectronicDrums,
                crate::vocabulary::Instrument::Percussion,
            ],
            Some(crate::score::Role::Drums),
        ),
        "rhythm track",
    ),
];
