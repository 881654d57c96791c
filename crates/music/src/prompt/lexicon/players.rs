//! Words for instruments, families of them, and parts.

use super::{Entry, Meaning};
use crate::score::Role;
use crate::vocabulary::Instrument;
use crate::vocabulary::Instrument::{
    AcousticGuitar, Bells, Brass, Cello, Choir, Clarinet, DistortedGuitar, Drums, ElectricBass,
    ElectricGuitar, ElectricPiano, ElectronicDrums, Flute, Harp, Harpsichord, Marimba, Organ,
    Percussion, Piano, Saxophone, Strings, SubBass, SynthBass, SynthLead, SynthPad, SynthPluck,
    Trumpet, UprightBass, Vibraphone, Violin,
};

const fn any(players: &'static [Instrument]) -> Meaning {
    Meaning::Players(players, None)
}

const fn playing(players: &'static [Instrument], role: Role) -> Meaning {
    Meaning::Players(players, Some(role))
}

pub(super) const ENTRIES: &[Entry] = &[
    (
        any(&[Piano]),
        "piano|grand piano|upright piano|felt piano|acoustic piano|klavier|flugel|pianoforte|piano melody|keys|keyboard|tasten|clavier|teclado|teclas",
    ),
    (
        playing(&[Piano], Role::Melody),
        "piano lead|piano solo line",
    ),
    (
        playing(&[Piano], Role::Chords),
        "piano chords|piano accompaniment|klavierbegleitung",
    ),
    (
        any(&[ElectricPiano]),
        "electric piano|rhodes|fender rhodes|wurlitzer|wurli|e piano|epiano|ep|dusty keys|piano electrique|piano electrico|elektrisches klavier",
    ),
    (
        any(&[Organ]),
        "organ|hammond|hammond organ|church organ|pipe organ|orgel|kirchenorgel|orgue|organo|accordion|akkordeon|accordeon|acordeon|harmonium|bandoneon",
    ),
    (
        any(&[Harpsichord]),
        "harpsichord|cembalo|clavecin|clavicembalo|clavecin|clave cin|spinet",
    ),
    (
        any(&[AcousticGuitar, ElectricGuitar, DistortedGuitar]),
        "acoustic guitar|steel guitar|nylon guitar|classical guitar|spanish guitar|ukulele|banjo|mandolin|lute|oud|akustische gitarre|akustikgitarre|konzertgitarre|guitare acoustique|guitare classique|guitarra acustica|guitarra espanola|guitarra clasica|fingerpicked guitar|fingerstyle guitar|fingerpicking|strumming|strummed guitar|sitar|koto",
    ),
    (
        any(&[ElectricGuitar, AcousticGuitar, DistortedGuitar]),
        "guitar|guitars|electric guitar|clean guitar|gitarre|gitarren|e gitarre|guitare|guitare electrique|guitarra|guitarra electrica|jazz guitar",
    ),
    (
        playing(
            &[ElectricGuitar, AcousticGuitar, DistortedGuitar],
            Role::Melody,
        ),
        "lead guitar|guitar lead|guitar melody|leadgitarre",
    ),
    (
        playing(&[DistortedGuitar], Role::Melody),
        "shredding guitar|screaming guitar",
    ),
    (
        any(&[DistortedGuitar]),
        "distorted guitar|distortion guitar|heavy guitar|overdriven guitar|fuzz guitar|power chords|distortion|verzerrte gitarre|guitare saturee|guitarra distorsionada|guitar riffs|crunchy guitar|heavy riff",
    ),
    (any(&[Harp]), "harp|harfe|harpe|arpa|lyre|kora"),
    (
        any(&[ElectricBass, UprightBass, SynthBass, SubBass]),
        "bass|bass guitar|electric bass|fretless bass|slap bass|slapped bass|basslines|bassline|bass line|e bass|bassgitarre|basse|basse electrique|bajo|bajo electrico|fingered bass|picked bass",
    ),
    (
        any(&[UprightBass]),
        "upright bass|double bass|acoustic bass|contrabass|kontrabass|contrebasse|contrabajo|stand up bass",
    ),
    (
        Meaning::Walking,
        "walking bass|walking bassline|walking bass line|walking|basse ambulante|bajo caminante",
    ),
    (
        any(&[SynthBass]),
        "synth bass|synthesizer bass|synthbass|acid bass|reese bass|reese|wobble bass|wobble|moog bass|rolling bass|bass synth",
    ),
    (
        any(&[SubBass]),
        "sub bass|subbass|sub|deep bass|808 bass|808s|low end|tiefer bass",
    ),
    (
        playing(&[Violin], Role::Melody),
        "violin|fiddle|solo violin|geige|violine|violon|violin melody|erhu",
    ),
    (any(&[Violin]), "viola"),
    (
        playing(&[Cello], Role::Melody),
        "cello|violoncello|violoncelle|chelo|violonchelo",
    ),
    (
        any(&[Strings, Violin, Cello]),
        "strings|string section|string ensemble|streicher|cordes|section de cordes|cuerdas|orchestral strings|pizzicato|string pad|violins",
    ),
    (
        any(&[Choir]),
        "choir|chorus voices|vocals|vocal|voices|voice|singing|singer|chant|chanting|gregorian|humming|chor|gesang|stimme|stimmen|choeur|chant choral|voix|coro|voces|voz|canto",
    ),
    (
        playing(&[Flute], Role::Melody),
        "flute|pan flute|panflute|recorder|tin whistle|whistle|piccolo|querflote|flote|blockflote|flauta|shakuhachi|bamboo flute|ney",
    ),
    (
        playing(&[Clarinet], Role::Melody),
        "clarinet|klarinette|clarinette|clarinete|oboe|bassoon|english horn|woodwind|woodwinds|oboen",
    ),
    (
        playing(&[Saxophone], Role::Melody),
        "saxophone|sax|tenor sax|alto sax|saxofon|saxophon|saxofono|saxo",
    ),
    (
        playing(&[Trumpet], Role::Melody),
        "trumpet|muted trumpet|flugelhorn|cornet|bugle|trompete|trompette|trompeta",
    ),
    (
        any(&[Brass, Trumpet]),
        "brass|brass section|horns|horn section|horn|french horn|trombone|tuba|blaser|blechblaser|cuivres|metales|horn stabs|posaune",
    ),
    (
        any(&[Marimba]),
        "marimba|xylophone|xylophon|kalimba|thumb piano|balafon|steel drum|steel drums|steelpan|mallets|mbira|gamelan",
    ),
    (
        any(&[Vibraphone]),
        "vibraphone|vibes solo|vibraphon|vibrafono|vibraphon solo",
    ),
    (
        any(&[Bells]),
        "bells|bell|glockenspiel|celesta|tubular bells|chimes|chime|music box bells|glocken|cloches|clochettes|campanas|jingle bells|sleigh bells|carillon|crotales",
    ),
    (
        playing(&[SynthLead], Role::Melody),
        "synth lead|lead synth|lead|supersaw|saw lead|theremin|synth melody|synthesizer lead|keytar",
    ),
    (
        any(&[SynthPad]),
        "synth pad|pad|pads|warm pad|synth pads|atmospheric pads|flachen|nappes|nappe|colchones|string machine",
    ),
    (
        any(&[SynthPluck]),
        "pluck|plucks|synth pluck|plucked synth|arp|arpeggio|arpeggios|arpeggiator|arpeggiated|arpeggiated synth|sequencer|sequence|arpegios|arpeges|stabs",
    ),
    (
        any(&[SynthPluck, SynthPad, SynthLead, SynthBass]),
        "synth|synths|synthesizer|synthesizers|synthesiser|synthetiseur|sintetizador|sintetizadores|synthie|synthies",
    ),
    (
        any(&[Drums, ElectronicDrums, Percussion]),
        "drums|drum|drum kit|drum set|drumset|drumming|drumbeat|drum beat|backbeat|beat|beats|schlagzeug|batterie|bateria|trommeln|trommel|tambour|tambores|acoustic drums|live drums|brushes|brushed drums|snare|kick|kick drum|bass drum|cymbals|hi hats|hi hat|hihat|rhythm section",
    ),
    (
        any(&[ElectronicDrums]),
        "electronic drums|drum machine|808|909|808 drums|tr 808|tr 909|programmed drums|drumcomputer|boite a rythme|caja de ritmos|electronic beat|trap drums|four on the floor|elektronisches schlagzeug",
    ),
    (
        any(&[Percussion, Drums, ElectronicDrums]),
        "percussion|perkussion|percussions|percusion|congas|conga|bongos|bongo|shaker|shakers|tambourine|cajon|claves|maracas|djembe|tabla|taiko|timpani|handclaps|tribal drums|hand drums|tribal",
    ),
    (
        Meaning::Part(Role::Melody),
        "melody|melodies|tune|melodie|melodia",
    ),
    (
        Meaning::Part(Role::Chords),
        "chords|chord|harmony|accompaniment|akkorde|accords|acordes",
    ),
];
