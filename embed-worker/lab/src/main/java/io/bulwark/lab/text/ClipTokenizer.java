package io.bulwark.lab.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text to CLIP's token ids, as open_clip's {@code SimpleTokenizer} gives them: cleaned, split into words, merged by
 * rank (Sennrich et al., "Neural Machine Translation of Rare Words with Subword Units"), between start and end tokens.
 * Any thread.
 */
public record ClipTokenizer(ClipVocabulary vocabulary) {

    /** Tokens that CLIP's published text towers take. */
    public static final int CONTEXT_LENGTH = 77;

    private static final String START = "<start_of_text>";
    private static final String END = "<end_of_text>";
    private static final Pattern WORD = Pattern.compile(
            START + "|" + END + "|'s|'t|'re|'ve|'m|'ll|'d|\\p{L}+|\\p{N}|[^\\s\\p{L}\\p{N}]+",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

    /** The text as the tokenizer sees it. */
    public String clean(String text) {
        return TextCleaner.clean(text);
    }

    /**
     * Ids of a text, padded with 0; a longer text is cut and ends in the end token.
     *
     * @param contextLength length of the answer, at least 2
     */
    public long[] tokenize(String text, int contextLength) {
        List<Integer> ids = encode(text);
        long[] row = new long[contextLength];
        for (int i = 0; i < Math.min(contextLength, ids.size()); i++) {
            row[i] = ids.get(i);
        }
        if (ids.size() > contextLength) {
            row[contextLength - 1] = vocabulary.end();
        }
        return row;
    }

    /** All ids of a text, start and end included, however many there are. */
    public List<Integer> encode(String text) {
        List<Integer> ids = new ArrayList<>();
        ids.add(vocabulary.start());
        Matcher words = WORD.matcher(clean(text));
        while (words.find()) {
            switch (words.group()) {
                case START -> ids.add(vocabulary.start());
                case END -> ids.add(vocabulary.end());
                default ->
                    merge(ClipVocabulary.ByteAlphabet.spell(words.group())).forEach(token -> ids.add(idOf(token)));
            }
        }
        ids.add(vocabulary.end());
        return ids;
    }

    private int idOf(String token) {
        Integer id = vocabulary.ids().get(token);
        if (id == null) {
            throw new IllegalStateException("The vocabulary merges to '" + token
                    + "' but has no id for it; it is incomplete: give the tokenizer.json of the checkpoint");
        }
        return id;
    }

    private List<String> merge(String word) {
        List<String> tokens = new ArrayList<>();
        word.chars().forEach(letter -> tokens.add(String.valueOf((char) letter)));
        tokens.set(tokens.size() - 1, tokens.get(tokens.size() - 1) + "</w>");
        for (String best = lowestRanked(tokens); best != null; best = lowestRanked(tokens)) {
            for (int i = 0; i + 1 < tokens.size(); i++) {
                if (best.equals(tokens.get(i) + " " + tokens.get(i + 1))) {
                    tokens.set(i, tokens.get(i) + tokens.remove(i + 1));
                }
            }
        }
        return tokens;
    }

    private String lowestRanked(List<String> tokens) {
        String best = null;
        int bestRank = Integer.MAX_VALUE;
        for (int i = 0; i + 1 < tokens.size(); i++) {
            String pair = tokens.get(i) + " " + tokens.get(i + 1);
            int rank = vocabulary.ranks().getOrDefault(pair, Integer.MAX_VALUE);
            if (rank < bestRank) {
                best = pair;
                bestRank = rank;
            }
        }
        return best;
    }

    /**
     * The cleaning that open_clip calls {@code lower}: repairs, HTML unescaped twice, white space folded to single
     * blanks and trimmed, lower case. Any thread.
     */
    static final class TextCleaner {

        /** Python's idea of white space: Unicode's, and the four information separators. */
        private static final Pattern WHITE_SPACE = Pattern.compile(
                "[\\t-\\r\\x1C-\\x1F \\x{85}\\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{3000}]+");

        private TextCleaner() {}

        static String clean(String text) {
            String unescaped = HtmlEntities.unescape(HtmlEntities.unescape(TextRepair.repair(text)));
            return WHITE_SPACE.matcher(unescaped).replaceAll(" ").strip().toLowerCase(Locale.ROOT);
        }
    }
}
