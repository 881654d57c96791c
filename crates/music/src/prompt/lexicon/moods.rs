//! Words for moods.

use super::{Entry, Meaning};
use crate::vocabulary::Mood;

pub(super) const ENTRIES: &[Entry] = &[
    (
        Meaning::Mood(Mood::Aggressive),
        "aggressive|angry|furious|rage|brutal|violent|fierce|hard hitting|savage|harsh|wutend|aggressiv|agressif|en colere|agresivo|furioso|enojado|zornig|raging",
    ),
    (
        Meaning::Mood(Mood::Bright),
        "bright|sunny|shiny|sparkling|shimmering|crisp|radiant|luminous|light hearted|sonnig|strahlend|lumineux|ensoleille|brillante|luminoso|soleado|fresh",
    ),
    (
        Meaning::Mood(Mood::Calm),
        "calm|calming|chill|chilled|relaxed|relaxing|mellow|laid back|soothing|easy going|chillig|ruhig|entspannt|entspannend|gelassen|calme|relaxant|detendu|tranquilo|tranquila|relajado|relajante|calmado|cozy|cosy|gemutlich",
    ),
    (
        Meaning::Mood(Mood::Dark),
        "dark|gloomy|ominous|sinister|brooding|evil|bleak|gothic|noir|moody|menacing|duster|dunkel|finster|sombre|obscur|oscuro|oscura|sombrio|tenebroso|grim",
    ),
    (
        Meaning::Mood(Mood::Dreamy),
        "dreamy|dreamlike|floating|hazy|surreal|hypnotic|otherworldly|celestial|heavenly|weightless|vertraumt|traumerisch|traumhaft|schwebend|reveur|reveuse|onirique|sonador|sonadora|onirico|nostalgic haze",
    ),
    (
        Meaning::Mood(Mood::Energetic),
        "energetic|upbeat|lively|driving|powerful|high energy|pumping|dynamic|exciting|vibrant|fiery|adrenaline|motivational|energiegeladen|energisch|lebhaft|mitreissend|energique|dynamique|entrainant|energico|energica|animado|movido|hype",
    ),
    (
        Meaning::Mood(Mood::Epic),
        "epic|grand|majestic|massive|huge|monumental|larger than life|episch|gewaltig|grandios|epique|grandiose|majestueux|epico|epica|grandioso|majestuoso|legendary|sweeping|dramatic|dramatisch|dramatique|dramatico",
    ),
    (
        Meaning::Mood(Mood::Happy),
        "happy|joyful|cheerful|merry|uplifting|feel good|feelgood|glad|positive|optimistic|jolly|joyous|frohlich|glucklich|heiter|gut gelaunt|joyeux|joyeuse|heureux|gai|feliz|alegre|contento|christmas|birthday|hopeful|hoffnungsvoll",
    ),
    (
        Meaning::Mood(Mood::Melancholic),
        "melancholic|melancholy|nostalgic|wistful|bittersweet|longing|yearning|reflective|pensive|melancholisch|wehmutig|nostalgisch|sehnsuchtig|nachdenklich|melancolique|nostalgique|melancolico|melancolica|nostalgico|nostalgica|introspective|rainy|lonely|lonesome|einsam",
    ),
    (
        Meaning::Mood(Mood::Mysterious),
        "mysterious|mystery|enigmatic|mystical|mystic|magical|eerie|haunting|uncanny|secretive|geheimnisvoll|mysterios|mystisch|mysterieux|mystique|envoutant|misterioso|misteriosa|magico|mistico|detective|magic|fairy tale",
    ),
    (
        Meaning::Mood(Mood::Peaceful),
        "peaceful|serene|tranquil|quiet|gentle|soft|restful|tender|idyllic|friedlich|sanft|still und leise|leise|zart|paisible|serein|doux|douce|pacifico|sereno|suave|apacible|spring morning",
    ),
    (
        Meaning::Mood(Mood::Playful),
        "playful|quirky|funny|whimsical|humorous|bouncy|cute|silly|comic|cheeky|mischievous|verspielt|lustig|witzig|ludique|espiegle|drole|amusant|jugueton|divertido|gracioso|comedy",
    ),
    (
        Meaning::Mood(Mood::Romantic),
        "romantic|romance|love|loving|passionate|sensual|intimate|sexy|sultry|wedding|romantisch|liebe|liebeslied|leidenschaftlich|romantique|amour|amoureux|romantico|romantica|amor|pasional|valentine|candlelight",
    ),
    (
        Meaning::Mood(Mood::Sad),
        "sad|sorrowful|sorrow|mournful|tragic|heartbroken|heartbreaking|depressing|depressed|grief|crying|tearful|funeral|traurig|trauer|todtraurig|triste|malheureux|tristeza|lugubre|despair|gloom",
    ),
    (
        Meaning::Mood(Mood::Tense),
        "tense|suspense|suspenseful|anxious|nervous|thrilling|thriller|unsettling|urgent|dissonant|uneasy|chase|spannend|angespannt|bedrohlich|tendu|angoissant|tenso|tensa|inquietante|suspenso|spy|heist",
    ),
    (
        Meaning::Mood(Mood::Triumphant),
        "triumphant|victorious|victory|heroic|inspiring|inspirational|glorious|proud|celebratory|anthemic|fanfare|triumphierend|siegreich|heldenhaft|heroisch|triomphant|heroique|victorieux|triunfante|triunfal|heroico|glorioso|celebration|champion",
    ),
];
