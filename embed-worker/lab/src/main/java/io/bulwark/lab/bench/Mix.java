package io.bulwark.lab.bench;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * What comes beside plain uploads, each as a share of all, written {@code slow=0.05,large=0.01,dead=0.01}.
 *
 * @param shares in (0, 1], together at most 0.9; none of {@link Kind#INLINE}, which is the rest
 */
record Mix(Map<Kind, Double> shares) {

    /** Plain uploads alone. */
    static final Mix NONE = new Mix(Map.of());

    /** Without enough plain uploads there is no latency to tell of. */
    private static final double MOST = 0.9;

    Mix {
        shares = shares.isEmpty() ? Map.of() : new EnumMap<>(shares);
    }

    /** Reads it. */
    static Mix parse(String text) {
        Map<Kind, Double> shares = new EnumMap<>(Kind.class);
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals < 0) {
                throw wrong(text);
            }
            shares.put(kind(part.substring(0, equals), text), share(part.substring(equals + 1), text));
        }
        if (shares.values().stream().mapToDouble(Double::doubleValue).sum() > MOST) {
            throw wrong(text);
        }
        return new Mix(shares);
    }

    private static Kind kind(String label, String text) {
        for (Kind kind : Kind.values()) {
            if (kind != Kind.INLINE && kind.label().equals(label.strip())) {
                return kind;
            }
        }
        throw wrong(text);
    }

    private static double share(String number, String text) {
        try {
            double share = Double.parseDouble(number);
            if (share > 0 && share <= 1) {
                return share;
            }
        } catch (NumberFormatException none) {
            throw wrong(text);
        }
        throw wrong(text);
    }

    private static TypeConversionException wrong(String text) {
        return new TypeConversionException(
                "'" + text + "' is no mix: wanted are shares of slow, large, dead and crowded uploads,"
                        + " together at most " + MOST + ", such as slow=0.05,large=0.01,dead=0.01");
    }

    /**
     * The kind of an upload.
     *
     * @param draw evenly distributed in [0, 1)
     */
    Kind kind(double draw) {
        double left = draw;
        for (Map.Entry<Kind, Double> share : shares.entrySet()) {
            left -= share.getValue();
            if (left < 0) {
                return share.getKey();
            }
        }
        return Kind.INLINE;
    }

    boolean has(Kind kind) {
        return shares.containsKey(kind);
    }

    boolean isEmpty() {
        return shares.isEmpty();
    }

    /** As it is read. */
    String text() {
        StringJoiner text = new StringJoiner(",");
        shares.forEach((kind, share) -> text.add(kind.label() + "=" + String.format(Locale.ROOT, "%s", share)));
        return text.toString();
    }

    /** For picocli. */
    static final class Converter implements ITypeConverter<Mix> {

        @Override
        public Mix convert(String text) {
            return parse(text);
        }
    }

    /** Kinds of uploads. */
    enum Kind {
        /** A picture of 640×480 in the event itself. */
        INLINE,

        /** A location whose host answers after nine seconds, within the worker's deadline. */
        SLOW,

        /** A photograph of twelve megapixels in the event itself. */
        LARGE,

        /** A location whose host never takes the connection. */
        DEAD,

        /** An animation in the event itself that has more distinct views than are judged. */
        CROWDED;

        /** The name outside, such as {@code slow}. */
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
