//! The words and phrases that mean something, and what.
//!
//! English is rich; German, French and Spanish have the words that decide most. A phrase of several
//! words wins over its parts. Spellings are lower case, without punctuation: `lo-fi` is `lo fi` here.

use super::Metre;
use crate::score::Role;
use crate::vocabulary::{Instrument as I, Mood as M};
use std::collections::HashMap;
use std::sync::OnceLock;

/// What a phrase means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Meaning {
    /// A style by its id in `compose/styles`.
    Style(&'static str),
    /// What it should feel like.
    Mood(M),
    /// Who plays.
    Instrument(I),
    /// Everybody with a role: `bass`, `melody`, `drums`.
    Group(Role),
    /// A bass line in quarters.
    Walking,
    /// How fast: -1.0 very slow ..= 1.0 very fast, within what the style allows.
    Speed(f64),
    /// Beats in a bar.
    Metre(Metre),
    /// More or less of everything, added to the mood's energy.
    Energy(f32),
    /// Uneven (`true`) or even eighths.
    Swing(bool),
    /// What follows is unwanted.
    Not,
    /// Nobody but those who are named.
    Only,
    /// Stands between the parts of a list and changes nothing.
    Link,
}

/// The longest phrase, in words.
pub(super) const LONGEST: usize = 4;

/// What a phrase means, if anything.
pub(super) fn meaning(phrase: &str) -> Option<Meaning> {
    static TABLE: OnceLock<HashMap<&'static str, Meaning>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let entries = STYLES
            .iter()
            .map(|&(words, id)| (words, Meaning::Style(id)));
        let entries = entries.chain(MOODS.iter().map(|&(words, it)| (words, Meaning::Mood(it))));
        let players = INSTRUMENTS
            .iter()
            .map(|&(words, it)| (words, Meaning::Instrument(it)));
        let entries = entries.chain(players).chain(OTHERS.iter().copied());
        entries
            .flat_map(|(words, it)| words.split('|').map(move |word| (word, it)))
            .collect()
    });
    table.get(phrase).copied()
}

/// Spellings, separated by `|`, and the style they mean.
const STYLES: &[(&str, &str)] = &[
    (
        "ambient|ambient music|soundscape|drone ambient|atmospheric",
        "ambient",
    ),
    ("drone", "drone"),
    ("new age|meditation|meditative|spa|yoga", "new_age"),
    (
        "blues|bluesy|twelve bar blues|12 bar blues|chicago blues",
        "blues",
    ),
    ("slow blues", "slow_blues"),
    ("delta blues", "delta_blues"),
    ("boogie|boogie woogie", "boogie"),
    (
        "cinematic|film score|soundtrack|film music|filmmusik|movie|orchestral|orchestra|orchester|score|bande originale|banda sonora",
        "cinematic",
    ),
    ("trailer|trailer music", "trailer"),
    ("horror|scary|creepy", "horror"),
    ("sci fi|science fiction", "sci_fi"),
    (
        "classical|classical music|klassik|klassisch|classique|clasica|clásica|sonata|symphony|string quartet|mozart",
        "classical",
    ),
    ("baroque|barock|fugue|bach", "baroque"),
    ("nocturne|chopin", "nocturne"),
    ("waltz|walzer|valse|vals", "waltz"),
    ("march|marsch|marche|marcha", "march"),
    ("lullaby|wiegenlied|berceuse|nana", "lullaby"),
    (
        "drum and bass|drum n bass|drum & bass|drumandbass|dnb|d n b|drum bass",
        "drum_and_bass",
    ),
    ("jungle", "jungle"),
    ("liquid|liquid drum and bass|liquid dnb", "liquid"),
    (
        "electronic|electronica|edm|electro|elektronisch|elektronik|electronique|électronique|electronica|electrónica",
        "electronic",
    ),
    (
        "synthwave|synth wave|retrowave|outrun|vaporwave|80s|eighties|1980s",
        "synthwave",
    ),
    ("dubstep", "dubstep"),
    ("downtempo|trip hop", "downtempo"),
    ("idm", "idm"),
    (
        "chiptune|chip tune|8 bit|8bit|video game|videogame|game music",
        "chiptune",
    ),
    (
        "folk|folk song|volksmusik|folklore|singer songwriter|campfire",
        "folk",
    ),
    ("country|americana|western", "country"),
    ("bluegrass", "bluegrass"),
    ("celtic|irish|scottish|keltisch", "celtic"),
    ("funk|funky", "funk"),
    ("soul|motown", "soul"),
    ("disco|disco funk", "disco"),
    ("hip hop|hiphop|rap|boom bap", "hip_hop"),
    ("trap|trap beat|drill", "trap"),
    ("r&b|rnb|r & b|r n b|neo soul", "rnb"),
    ("house|house music|deep house vibe|club", "house"),
    ("deep house", "deep_house"),
    ("garage|uk garage|2 step", "garage"),
    (
        "jazz|jazzy|swing jazz|bebop|be bop|hard bop|cool jazz",
        "jazz",
    ),
    ("big band|swing band", "big_band"),
    ("jazz ballad", "jazz_ballad"),
    ("fusion|jazz fusion|jazz funk|smooth jazz", "fusion"),
    ("bossa nova|bossa|bossanova", "bossa_nova"),
    (
        "latin|latino|latin music|cumbia|mambo|cuban|cha cha",
        "latin",
    ),
    ("salsa", "salsa"),
    ("samba", "samba"),
    ("tango", "tango"),
    ("reggaeton", "reggaeton"),
    ("reggae|ska|dub", "reggae"),
    (
        "lofi|lo fi|lo fi beats|lofi beats|study beats|lofi hip hop|lo fi hip hop",
        "lofi",
    ),
    ("chillhop|chill hop|chill beats", "chillhop"),
    ("pop|pop song|k pop|j pop|chanson|schlager", "pop"),
    ("dance pop|dancepop|eurodance", "dance_pop"),
    ("indie|indie pop|indie rock", "indie"),
    ("ballad|ballade|balada|power ballad", "ballad"),
    ("gospel|hymn", "gospel"),
    ("children|kids|nursery rhyme|kinderlied", "children"),
    (
        "rock|rock music|hard rock|classic rock|grunge|alternative rock",
        "rock",
    ),
    (
        "rock and roll|rock n roll|rockabilly|50s|fifties",
        "rock_and_roll",
    ),
    ("metal|heavy metal|death metal|thrash", "metal"),
    ("punk|punk rock|pop punk", "punk"),
    ("post rock|shoegaze", "post_rock"),
    ("techno|rave|hard techno", "techno"),
    ("trance|psytrance|progressive trance|goa", "trance"),
    ("minimal|minimal techno", "minimal"),
    ("acid|acid techno|acid house", "acid"),
    ("industrial", "industrial"),
];

const MOODS: &[(&str, M)] = &[
    (
        "aggressive|angry|furious|brutal|hard|heavy|aggressiv|wütend|agressif|agresivo|rage",
        M::Aggressive,
    ),
    (
        "bright|sunny|shiny|sparkling|light|hell|lumineux|brillante|summery|summer",
        M::Bright,
    ),
    (
        "calm|relaxed|relaxing|chill|chilled|laid back|mellow|soft|gentle|ruhig|sanft|entspannt|calme|doux|tranquilo|suave|soothing",
        M::Calm,
    ),
    (
        "dark|gloomy|sinister|ominous|evil|düster|dunkel|finster|sombre|oscuro|noir",
        M::Dark,
    ),
    (
        "dreamy|dreamlike|ethereal|floating|hypnotic|verträumt|träumerisch|rêveur|soñador|spacey|hazy",
        M::Dreamy,
    ),
    (
        "energetic|driving|upbeat|powerful|lively|workout|energisch|treibend|lebhaft|énergique|energético|dynamic|exciting",
        M::Energetic,
    ),
    (
        "epic|heroic|huge|majestic|grand|episch|heroisch|épique|épico|monumental",
        M::Epic,
    ),
    (
        "happy|joyful|cheerful|feel good|glad|merry|fröhlich|heiter|glücklich|lustig|joyeux|heureux|alegre|feliz",
        M::Happy,
    ),
    (
        "melancholic|melancholy|nostalgic|wistful|bittersweet|melancholisch|wehmütig|mélancolique|melancólico|rainy|lonely",
        M::Melancholic,
    ),
    (
        "mysterious|mystery|enigmatic|strange|eerie|geheimnisvoll|mysteriös|mystérieux|misterioso",
        M::Mysterious,
    ),
    (
        "peaceful|serene|tranquil|still|quiet|friedlich|still|paisible|pacífico|sleep|sleepy",
        M::Peaceful,
    ),
    (
        "playful|funny|quirky|bouncy|cute|whimsical|verspielt|espiègle|juguetón|comic|silly",
        M::Playful,
    ),
    (
        "romantic|love|tender|passionate|warm|sensual|romantisch|zärtlich|romantique|romántico|sexy",
        M::Romantic,
    ),
    (
        "sad|sorrowful|mournful|tragic|grief|heartbroken|traurig|triste|tristesse|crying",
        M::Sad,
    ),
    (
        "tense|suspense|suspenseful|nervous|anxious|thriller|chase|angespannt|spannend|tendu|tenso",
        M::Tense,
    ),
    (
        "triumphant|victorious|victory|glorious|proud|triumphal|triumphierend|siegreich|triomphant|triunfal|uplifting|inspiring",
        M::Triumphant,
    ),
];

const INSTRUMENTS: &[(&str, I)] = &[
    (
        "piano|grand piano|klavier|flügel|pianos|keys|upright piano",
        I::Piano,
    ),
    (
        "electric piano|rhodes|wurlitzer|e piano|epiano|fender rhodes",
        I::ElectricPiano,
    ),
    ("organ|hammond|church organ|orgel|orgue|órgano", I::Organ),
    ("harpsichord|cembalo|clavecin|clave cin", I::Harpsichord),
    (
        "acoustic guitar|guitar|gitarre|guitare|guitarra|nylon guitar|steel guitar|banjo|ukulele|mandolin|akustische gitarre",
        I::AcousticGuitar,
    ),
    (
        "electric guitar|clean guitar|e gitarre|jazz guitar",
        I::ElectricGuitar,
    ),
    (
        "distorted guitar|heavy guitar|power chords|distortion|guitar riff|overdriven guitar|distorted guitars|heavy guitars",
        I::DistortedGuitar,
    ),
    ("harp|harfe|harpe|arpa", I::Harp),
    (
        "upright bass|double bass|contrabass|kontrabass|acoustic bass|contrebasse|contrabajo",
        I::UprightBass,
    ),
    (
        "electric bass|bass guitar|slap bass|e bass|fretless bass",
        I::ElectricBass,
    ),
    (
        "synth bass|reese|reese bass|acid bass|bass synth",
        I::SynthBass,
    ),
    ("sub bass|808|808 bass|808s|deep bass|sub", I::SubBass),
    ("violin|fiddle|geige|violine|violon|violín", I::Violin),
    ("cello|violoncello|violoncelle|chelo|viola", I::Cello),
    (
        "strings|string section|string ensemble|streicher|cordes|cuerdas|violins",
        I::Strings,
    ),
    (
        "choir|choirs|voices|vocals|chor|choeur|coro|chant",
        I::Choir,
    ),
    (
        "flute|flöte|flûte|flauta|pan flute|recorder|whistle|tin whistle",
        I::Flute,
    ),
    ("clarinet|klarinette|clarinette|clarinete|oboe", I::Clarinet),
    (
        "saxophone|sax|tenor sax|alto sax|saxophon|saxofón|sax solo",
        I::Saxophone,
    ),
    (
        "trumpet|trompete|trompette|trompeta|muted trumpet",
        I::Trumpet,
    ),
    (
        "brass|horns|horn section|brass section|trombone|tuba|blechbläser|bläser|cuivres|metales|horn",
        I::Brass,
    ),
    ("marimba|xylophone|kalimba|balafon|xylophon", I::Marimba),
    ("vibraphone|vibes|vibraphon", I::Vibraphone),
    (
        "bells|glockenspiel|chimes|music box|celesta|glocken|cloches|campanas|spieluhr",
        I::Bells,
    ),
    (
        "synth lead|lead synth|lead|saw lead|synthesizer|synth|synths|synthesiser",
        I::SynthLead,
    ),
    (
        "pad|pads|synth pad|synth pads|warm pads|nappes",
        I::SynthPad,
    ),
    (
        "pluck|plucks|synth pluck|arp|arpeggio|arpeggios|arpeggiated synth|arpeggiator",
        I::SynthPluck,
    ),
    (
        "drum kit|acoustic drums|live drums|jazz drums|brushes|brushed drums|rock drums",
        I::Drums,
    ),
    (
        "electronic drums|drum machine|tr 808|tr 909|909|programmed drums",
        I::ElectronicDrums,
    ),
    (
        "percussion|congas|bongos|shaker|tambourine|claves|hand drums|perkussion|percusión|djembe",
        I::Percussion,
    ),
];

const OTHERS: &[(&str, Meaning)] = &[
    (
        "drums|drum|beat|beats|schlagzeug|trommeln|batterie|batería|bateria|drumming|kick|rhythm section",
        Meaning::Group(Role::Drums),
    ),
    (
        "bass|bassline|bass line|basse|bajo|basslinie",
        Meaning::Group(Role::Bass),
    ),
    (
        "chords|akkorde|accords|acordes|harmony",
        Meaning::Group(Role::Chords),
    ),
    (
        "melody|melodies|tune|melodie|mélodie|melodía",
        Meaning::Group(Role::Melody),
    ),
    (
        "walking bass|walking bassline|walking bass line",
        Meaning::Walking,
    ),
    (
        "very slow|extremely slow|largo|grave|sehr langsam|très lent|muy lento",
        Meaning::Speed(-1.0),
    ),
    (
        "slow|slowly|adagio|lento|langsam|lent|lente|half time|halftime|slow motion",
        Meaning::Speed(-0.7),
    ),
    (
        "andante|moderate|moderato|medium tempo|mid tempo|midtempo",
        Meaning::Speed(-0.15),
    ),
    (
        "allegro|quick|brisk|schnell|rapide|rápido|fast|up tempo|uptempo",
        Meaning::Speed(0.65),
    ),
    (
        "presto|very fast|super fast|extremely fast|double time|sehr schnell|très rapide|muy rápido|frantic",
        Meaning::Speed(1.0),
    ),
    (
        "3/4|three four|dreivierteltakt|waltz time|3 4 time",
        Meaning::Metre(Metre::ThreeFour),
    ),
    (
        "6/8|six eight|12/8|twelve eight|jig",
        Meaning::Metre(Metre::SixEight),
    ),
    (
        "4/4|four four|common time|four on the floor",
        Meaning::Metre(Metre::FourFour),
    ),
    (
        "loud|intense|intensive|full|dense|busy|wild|massive|big",
        Meaning::Energy(0.15),
    ),
    (
        "sparse|minimalistic|minimalist|simple|subtle|thin|spärlich|intimate",
        Meaning::Energy(-0.2),
    ),
    (
        "swing|swung|shuffle|swinging|swingend",
        Meaning::Swing(true),
    ),
    ("straight|even eighths", Meaning::Swing(false)),
    (
        "no|not|without|minus|excluding|except|ohne|kein|keine|keinen|sans|sin|never|zero|remove|lacking",
        Meaning::Not,
    ),
    (
        "only|solo|just|alone|unaccompanied|nur|allein|seul|seulement|solamente|sólo|nothing but",
        Meaning::Only,
    ),
    (
        "and|or|nor|any|a|an|the|und|oder|et|ou|y|o|no more|with|of",
        Meaning::Link,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::styles;

    #[test]
    fn every_style_exists_and_every_style_has_a_word() {
        for (words, id) in STYLES {
            assert!(styles::by_id(id).is_some(), "{words}: {id}");
        }
        for style in styles::all() {
            assert!(STYLES.iter().any(|(_, id)| *id == style.id), "{}", style.id);
        }
    }

    #[test]
    fn every_mood_and_instrument_has_words_and_no_phrase_is_too_long() {
        for mood in M::ALL {
            assert_eq!(meaning(mood.id()), Some(Meaning::Mood(*mood)), "{mood}");
        }
        for instrument in I::ALL {
            assert!(
                INSTRUMENTS.iter().any(|(_, it)| it == instrument),
                "{instrument}"
            );
        }
        let words = STYLES
            .iter()
            .map(|(words, _)| *words)
            .chain(OTHERS.iter().map(|(w, _)| *w));
        for phrase in words.flat_map(|words| words.split('|')) {
            assert!(phrase.split(' ').count() <= LONGEST, "{phrase}");
            assert_eq!(phrase, phrase.to_lowercase(), "{phrase}");
        }
    }
}
