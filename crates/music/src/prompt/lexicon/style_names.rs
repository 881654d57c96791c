//! Names of styles, and occasions that call for one.

use super::{Entry, Meaning};

const fn named(id: &'static str) -> Meaning {
    Meaning::Style(id, 3)
}

const fn hinted(id: &'static str) -> Meaning {
    Meaning::Style(id, 1)
}

const fn fit_for(id: &'static str) -> Meaning {
    Meaning::Style(id, 2)
}

pub(super) const ENTRIES: &[Entry] = &[
    (
        named("ambient"),
        "ambient|ambience|atmospheric soundscape|soundscape|ambiente|klanglandschaft|space music",
    ),
    (
        hinted("ambient"),
        "atmospheric|ethereal|atmospharisch|atmospherique|atmosferico|spharisch",
    ),
    (
        fit_for("ambient"),
        "meditation|meditative|sleep music|spa|yoga|for sleeping|zum schlafen|pour dormir|para dormir|healing",
    ),
    (named("drone"), "drone|drones|dark ambient"),
    (
        named("downtempo"),
        "downtempo|trip hop|triphop|chillout|chill out",
    ),
    (named("new_age"), "new age|nature music|zen"),
    (
        named("blues"),
        "blues|twelve bar blues|12 bar blues|electric blues|chicago blues",
    ),
    (hinted("blues"), "bluesy"),
    (named("slow_blues"), "slow blues|minor blues"),
    (
        named("delta_blues"),
        "delta blues|acoustic blues|country blues",
    ),
    (named("boogie"), "boogie|boogie woogie"),
    (
        named("cinematic"),
        "cinematic|film score|film music|movie score|movie soundtrack|soundtrack|orchestral score|filmmusik|musique de film|musica de pelicula|banda sonora|cinematico|cinematographique|orchestral|orchestra|orchester|orchestre|orquesta|symphonic|symphony|sinfonia|score",
    ),
    (
        named("trailer"),
        "trailer|trailer music|epic trailer|battle music|boss fight|boss battle|action music|action",
    ),
    (
        named("horror"),
        "horror|horror movie|scary music|spooky|halloween|gruselig|terror",
    ),
    (
        named("sci_fi"),
        "sci fi|science fiction|space opera|futuristic|futuristisch|futuriste|futurista|cyberpunk",
    ),
    (
        named("classical"),
        "classical|classical music|klassik|klassische musik|klassisch|classique|musique classique|clasica|musica clasica|clasico|sonata|sonatina|string quartet|streichquartett|chamber music|kammermusik|concerto|mozart|haydn|beethoven",
    ),
    (
        named("baroque"),
        "baroque|barock|barroco|fugue|fuge|invention|bach|vivaldi|handel",
    ),
    (
        named("nocturne"),
        "nocturne|romantic piano|chopin|impressionist|debussy|satie",
    ),
    (
        named("march"),
        "march|marching band|marsch|marche|marcha|military",
    ),
    (fit_for("waltz"), "waltz|walzer|valse|vals|viennese waltz"),
    (
        named("drum_and_bass"),
        "drum and bass|drum n bass|drum bass|drum nd bass|drumnbass|dnb|d n b|d and b|neurofunk|breakcore|breakbeat",
    ),
    (
        named("liquid"),
        "liquid drum and bass|liquid dnb|liquid funk|liquid",
    ),
    (named("jungle"), "jungle|ragga jungle"),
    (
        named("electronic"),
        "electronic|electronica|electro|edm|elektronisch|elektronische musik|electronique|musique electronique|electronica|musica electronica|synth music|electropop|synthpop|synth pop|club|big room|future bass",
    ),
    (
        hinted("electronic"),
        "synthesizer music|digital|80s|1980s|eighties",
    ),
    (
        fit_for("electronic"),
        "workout|gym|fitness|training|running",
    ),
    (
        named("synthwave"),
        "synthwave|synth wave|retrowave|retro wave|outrun|vaporwave|80s synth|80s synthwave|darksynth",
    ),
    (
        named("trance"),
        "trance|psytrance|psy trance|uplifting trance|goa|hardstyle",
    ),
    (named("dubstep"), "dubstep|brostep|riddim"),
    (
        named("chiptune"),
        "chiptune|chip tune|8 bit|16 bit|video game|videogame|video game music|arcade|gameboy|game boy|nes music|retro game|videospiel|jeu video|videojuego",
    ),
    (
        named("idm"),
        "idm|glitch|glitchy|glitch hop|experimental electronic",
    ),
    (
        named("folk"),
        "folk|folk song|folk music|folklore|acoustic folk|singer songwriter|volksmusik|volkslied|folklorico|musique folk|campfire|lagerfeuer|medieval|mittelalter|tavern|americana",
    ),
    (
        hinted("folk"),
        "folky|folksy|acoustic|akustisch|acoustique|acustico|acustica|unplugged|rustic|pastoral",
    ),
    (
        named("country"),
        "country|country music|country western|western|nashville|honky tonk",
    ),
    (named("bluegrass"), "bluegrass|hoedown"),
    (
        named("celtic"),
        "celtic|irish|irish folk|scottish|keltisch|irisch|celtique|celta|irlandais|irlandes",
    ),
    (
        named("lullaby"),
        "lullaby|wiegenlied|schlaflied|berceuse|nana|cancion de cuna|music box",
    ),
    (named("funk"), "funk|funk music|p funk|slap funk|jazz funk"),
    (hinted("funk"), "funky|groovy|funkig"),
    (named("disco"), "disco|nu disco|70s disco"),
    (hinted("disco"), "70s|1970s|seventies"),
    (named("soul"), "soul|motown|neo soul|soul music"),
    (hinted("soul"), "soulful|60s|1960s|sixties"),
    (named("gospel"), "gospel|worship|spiritual"),
    (
        named("hip_hop"),
        "hip hop|hiphop|boom bap|rap|rap beat|old school hip hop|hip hop beat|gangsta|90s hip hop",
    ),
    (named("trap"), "trap|trap beat|drill|phonk"),
    (named("rnb"), "r and b|rnb|r n b|rhythm and blues|slow jam"),
    (
        named("house"),
        "house|house music|tech house|progressive house|electro house|chicago house|french house|future house|tropical house|piano house",
    ),
    (
        named("deep_house"),
        "deep house|organic house|melodic house",
    ),
    (named("garage"), "garage|uk garage|ukg|2 step|two step"),
    (
        named("jazz"),
        "jazz|jazz music|jazz trio|jazz quartet|bebop|be bop|hard bop|cool jazz|swing jazz|smoky jazz|jazzmusik|musique jazz",
    ),
    (hinted("jazz"), "jazzy|jazzig|jazzband|speakeasy"),
    (named("bossa_nova"), "bossa nova|bossa|bossanova"),
    (
        named("big_band"),
        "big band|bigband|swing band|dixieland|ragtime",
    ),
    (named("fusion"), "jazz fusion|fusion|smooth jazz|jazz rock"),
    (
        named("jazz_ballad"),
        "jazz ballad|late night jazz|slow jazz",
    ),
    (
        named("latin"),
        "latin|latin music|latino|latina|lateinamerikanisch|musique latine|cuban|cubano|cubana|son cubano|mambo|cha cha|cha cha cha|rumba|cumbia|bachata|merengue|flamenco|mariachi|spanish|calypso|caribbean",
    ),
    (named("salsa"), "salsa"),
    (
        named("samba"),
        "samba|batucada|brazilian|brasilianisch|carnival",
    ),
    (named("tango"), "tango|milonga"),
    (
        named("reggaeton"),
        "reggaeton|dembow|latin trap|dancehall|moombahton",
    ),
    (named("reggae"), "reggae|ska|dub|roots reggae|rocksteady"),
    (
        named("lofi"),
        "lofi|lo fi|lofi beat|lo fi beat|lofi hip hop|lo fi hip hop|lofi hiphop|chill beats|chill beat|study beats|lofi jazz|lo fi jazz",
    ),
    (
        fit_for("lofi"),
        "study|studying|homework|to study to|coffee shop|cafe|lernen|rainy day",
    ),
    (named("chillhop"), "chillhop|chill hop|jazz hop|jazzhop"),
    (
        named("pop"),
        "pop|pop song|pop music|popmusik|musique pop|musica pop|chart hit|radio hit|k pop|kpop|j pop|jpop|summer hit",
    ),
    (
        hinted("pop"),
        "catchy|poppy|radio friendly|eingangig|jingle|advert|commercial|corporate",
    ),
    (
        named("ballad"),
        "ballad|pop ballad|power ballad|piano ballad|ballade|balada",
    ),
    (
        named("dance_pop"),
        "dance pop|dance music|eurodance|dance|tanzmusik|musique de danse",
    ),
    (fit_for("dance_pop"), "party|fiesta|fete|feier"),
    (
        named("indie"),
        "indie|indie pop|indie folk|bedroom pop|dream pop|shoegaze",
    ),
    (
        named("children"),
        "children|kids|kinderlied|for children|nursery rhyme|comptine|infantil|ukulele song|cartoon",
    ),
    (
        named("rock"),
        "rock|rock music|hard rock|classic rock|alternative rock|grunge|rockmusik|blues rock|garage rock|stadium rock|arena rock|psychedelic rock|surf rock|pop rock|folk rock|indie rock|britpop",
    ),
    (hinted("rock"), "rocky|rocking|rockig"),
    (
        named("metal"),
        "metal|heavy metal|death metal|black metal|thrash|thrash metal|metalcore|djent|doom",
    ),
    (named("punk"), "punk|punk rock|pop punk|hardcore"),
    (
        named("rock_and_roll"),
        "rock and roll|rock n roll|rock roll|rockabilly|50s|1950s|fifties",
    ),
    (
        named("post_rock"),
        "post rock|postrock|progressive rock|prog rock",
    ),
    (
        named("techno"),
        "techno|detroit techno|berlin techno|hard techno|dub techno|melodic techno|warehouse|rave",
    ),
    (named("minimal"), "minimal techno|microhouse"),
    (named("acid"), "acid|acid techno|acid house|303"),
    (named("industrial"), "industrial|industrial techno|ebm"),
];
