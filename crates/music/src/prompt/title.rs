//! Titles: a word for the mood, a word for the style.

use crate::compose::dice::Dice;
use crate::compose::styles::Style;
use crate::vocabulary::{Genre, Mood};

fn adjectives(mood: Mood) -> [&'static str; 4] {
    match mood {
        Mood::Aggressive => ["Burning", "Savage", "Iron", "Furious"],
        Mood::Bright => ["Golden", "Sunlit", "Clear", "Shining"],
        Mood::Calm => ["Quiet", "Slow", "Easy", "Mellow"],
        Mood::Dark => ["Black", "Midnight", "Shadowed", "Hollow"],
        Mood::Dreamy => ["Floating", "Hazy", "Distant", "Weightless"],
        Mood::Energetic => ["Electric", "Restless", "Rushing", "Vivid"],
        Mood::Epic => ["Towering", "Endless", "Great", "Mighty"],
        Mood::Happy => ["Happy", "Merry", "Bright", "Lucky"],
        Mood::Melancholic => ["Faded", "Wistful", "Lonely", "Autumn"],
        Mood::Mysterious => ["Hidden", "Secret", "Veiled", "Strange"],
        Mood::Peaceful => ["Gentle", "Still", "Silent", "Soft"],
        Mood::Playful => ["Dancing", "Tumbling", "Curious", "Little"],
        Mood::Romantic => ["Tender", "Candlelit", "Velvet", "Beloved"],
        Mood::Sad => ["Fallen", "Grey", "Lost", "Broken"],
        Mood::Tense => ["Narrow", "Coiled", "Cold", "Hunted"],
        Mood::Triumphant => ["Victorious", "Rising", "Proud", "Crowned"],
    }
}

fn nouns(genre: Genre) -> [&'static str; 4] {
    match genre {
        Genre::Ambient => ["Horizon", "Tide", "Mist", "Orbit"],
        Genre::Blues => ["Crossroads", "River", "Train", "Porch"],
        Genre::Cinematic => ["Kingdom", "Voyage", "Storm", "Empire"],
        Genre::Classical => ["Garden", "Letter", "Salon", "Portrait"],
        Genre::DrumAndBass => ["Velocity", "Signal", "Concrete", "Pulse"],
        Genre::Electronic => ["Circuit", "Neon", "Grid", "Current"],
        Genre::Folk => ["Meadow", "Hearth", "Valley", "Lantern"],
        Genre::Funk => ["Strut", "Pocket", "Sidewalk", "Groove"],
        Genre::HipHop => ["Corner", "Cipher", "Block", "Skyline"],
        Genre::House => ["Floor", "Basement", "Sunrise", "Terrace"],
        Genre::Jazz => ["Avenue", "Smoke", "Corner Table", "Nightcap"],
        Genre::Latin => ["Plaza", "Sol", "Carnival", "Havana"],
        Genre::Lofi => ["Window", "Notebook", "Rain", "Cassette"],
        Genre::Pop => ["Summer", "Heartbeat", "Radio", "Postcard"],
        Genre::Rock => ["Highway", "Thunder", "Amplifier", "Avalanche"],
        Genre::Techno => ["Machine", "Warehouse", "Tunnel", "Voltage"],
    }
}

/// A title; the same seed gives the same one.
pub(super) fn make(mood: Mood, style: &Style, dice: &mut Dice) -> String {
    let adjectives = adjectives(mood);
    let nouns = nouns(style.genre);
    let adjective = dice.pick(&adjectives).copied().unwrap_or_default();
    let noun = dice.pick(&nouns).copied().unwrap_or_default();
    format!("{adjective} {noun} ({})", style.label)
}
