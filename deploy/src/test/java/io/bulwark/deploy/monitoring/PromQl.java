package io.bulwark.deploy.monitoring;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a PromQL expression names. It need not be well-formed: that is promtool's to say.
 *
 * @param selectors each metric with its matchers
 * @param groupings labels of {@code by}, {@code without}, {@code on}, {@code ignoring} and {@code group_*}
 */
record PromQl(List<Selector> selectors, Set<String> groupings) {

    private static final Pattern TOKEN = Pattern.compile(
            "\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'|\\[[^]]*]|[A-Za-z_:][A-Za-z0-9_:]*|[0-9][A-Za-z0-9.]*|[=!]~|!=|\\S");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_:][A-Za-z0-9_:]*");
    private static final Set<String> LISTS = Set.of("by", "without", "on", "ignoring", "group_left", "group_right");
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset", "inf", "nan");

    /**
     * A metric as an expression selects it.
     *
     * @param metric its name
     * @param matchers value by label; of {@code =} alone, others with an empty value
     */
    record Selector(String metric, Map<String, String> matchers) {}

    static PromQl of(String expression) {
        List<String> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(expression.replaceAll("(?m)#.*$", ""));
        while (matcher.find()) {
            tokens.add(matcher.group());
        }
        return new Reader(tokens).read();
    }

    /** Goes over the tokens once. */
    private static final class Reader {

        private final List<String> tokens;
        private final List<Selector> selectors = new ArrayList<>();
        private final Set<String> groupings = new TreeSet<>();
        private int at;

        Reader(List<String> tokens) {
            this.tokens = tokens;
        }

        PromQl read() {
            while (at < tokens.size()) {
                String token = tokens.get(at++);
                if (!NAME.matcher(token).matches() || WORDS.contains(token.toLowerCase(Locale.ROOT))) {
                    continue;
                }
                if (LISTS.contains(token)) {
                    readGrouping();
                } else if (!next("(") && !isAggregation()) {
                    selectors.add(new Selector(token, readMatchers()));
                }
            }
            return new PromQl(selectors, groupings);
        }

        /** {@code sum by (x) (...)}: the name before a list is an operator. */
        private boolean isAggregation() {
            return at < tokens.size() && Set.of("by", "without").contains(tokens.get(at));
        }

        private void readGrouping() {
            if (!next("(")) {
                return;
            }
            for (at++; !next(")"); at++) {
                if (!next(",")) {
                    groupings.add(tokens.get(at));
                }
            }
        }

        private Map<String, String> readMatchers() {
            Map<String, String> matchers = new TreeMap<>();
            if (!next("{")) {
                return matchers;
            }
            at++;
            while (!next("}")) {
                if (next(",")) {
                    at++;
                    continue;
                }
                String operator = tokens.get(at + 1);
                String value = tokens.get(at + 2);
                matchers.put(tokens.get(at), operator.equals("=") ? value.substring(1, value.length() - 1) : "");
                at += 3;
            }
            at++;
            return matchers;
        }

        private boolean next(String token) {
            return at < tokens.size() && tokens.get(at).equals(token);
        }
    }
}
