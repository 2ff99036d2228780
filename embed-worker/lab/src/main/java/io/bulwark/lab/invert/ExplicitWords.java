package io.bulwark.lab.invert;

import io.bulwark.cli.terminal.CommandFailure;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Which labels and texts stand for explicit content, by the words in them. Pure. */
public final class ExplicitWords {

    private static final Pattern BETWEEN = Pattern.compile("[^\\p{L}\\p{N}]+");

    /** Labels that moderation banks and classifiers go by; a word that begins with one of {@link #STEMS} counts too. */
    private static final Set<String> WORDS = Set.of(
            "adult",
            "beheading",
            "corpse",
            "csam",
            "csem",
            "explicit",
            "genital",
            "genitals",
            "gore",
            "gory",
            "hentai",
            "minor",
            "minors",
            "naked",
            "nsfw",
            "nude",
            "rape",
            "sex",
            "sexual",
            "sexy",
            "suicide",
            "topless",
            "xxx");

    private static final Set<String> STEMS =
            Set.of("abus", "erotic", "fetish", "genital", "mutilat", "nudi", "porn", "sexual", "tortur", "violen");

    private ExplicitWords() {}

    /** Whether a label or text has such a word. */
    public static boolean in(String text) {
        return BETWEEN.splitAsStream(text.toLowerCase(Locale.ROOT))
                .anyMatch(word -> WORDS.contains(word) || STEMS.stream().anyMatch(word::startsWith));
    }

    /**
     * Refuses an explicit target without {@code --i-know}.
     *
     * @throws CommandFailure if it is explicit and {@code --i-know} is missing
     */
    static void refuse(String text, boolean known) {
        if (!known && in(text)) {
            throw CommandFailure.usage("'" + text + "' stands for explicit content, and an inversion would draw it: the"
                    + " picture may hurt who opens it, and may be unlawful. Say --i-know if you are prepared for that");
        }
    }
}
