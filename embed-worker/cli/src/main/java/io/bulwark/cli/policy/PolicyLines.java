package io.bulwark.cli.policy;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.events.MadeFor;
import io.bulwark.events.PolicyDocument;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.PolicySettings.LabelRule;
import io.bulwark.perception.verdict.PolicySettings.LabelRule.Action;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import io.bulwark.perception.verdict.PolicySettings.Unfamiliar;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A policy as lines of a properties file, by the names of the worker's settings: what {@code bulwark bank calibrate
 * --write} writes. Keys are kept without {@value #PREFIX}; what is missing has the default of the worker's setting.
 */
final class PolicyLines {

    static final String PREFIX = "bulwark.policy.";

    private static final String LABELS = "labels.";
    private static final Set<String> KEYS = Set.of(
            "k",
            "temperature",
            "flag",
            "safe",
            "floor",
            "known-similarity",
            "flagged-labels",
            "unfamiliar",
            "flagged-classes",
            "made-for");
    private static final Set<String> LABEL_KEYS = Set.of("action", "flag", "safe");

    private final Map<String, String> values;

    private PolicyLines(Map<String, String> values) {
        this.values = values;
    }

    /** No line at all. */
    static PolicyLines none() {
        return new PolicyLines(new TreeMap<>());
    }

    /**
     * The lines of a file that speak of the policy; other lines are ignored.
     *
     * @throws CommandFailure if it cannot be read, has none, or has one that no policy has
     */
    static PolicyLines read(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException unreadable) {
            throw CommandFailure.failed(file + " cannot be read as a properties file: " + unreadable, unreadable);
        }
        Map<String, String> values = new TreeMap<>();
        for (String key : properties.stringPropertyNames()) {
            if (key.startsWith(PREFIX)) {
                values.put(
                        key.substring(PREFIX.length()),
                        properties.getProperty(key).strip());
            }
        }
        if (values.isEmpty()) {
            throw CommandFailure.usage(file + " has no line that begins with " + PREFIX
                    + ": `bulwark bank calibrate --write` writes them");
        }
        values.keySet().forEach(PolicyLines::requireKnown);
        return new PolicyLines(values);
    }

    /** The lines that make the same policy again. */
    static PolicyLines of(PolicyDocument document) {
        Map<String, String> values = new TreeMap<>();
        values.put("k", Integer.toString(document.getK()));
        values.put("temperature", Double.toString(document.getTemperature()));
        values.put("flag", Double.toString(document.getFlag()));
        values.put("safe", Double.toString(document.getSafe()));
        values.put("floor", Double.toString(document.getFloor()));
        values.put("known-similarity", Double.toString(document.getKnownSimilarity()));
        values.put("unfamiliar", document.getUnfamiliar().name().toLowerCase(Locale.ROOT));
        values.put("flagged-classes", String.join(",", new TreeSet<>(document.getFlaggedClasses())));
        values.put("made-for", text(document.getMadeFor()));
        Set<String> flagged = new TreeSet<>();
        document.getLabels().forEach((label, rule) -> {
            String action = rule.getAction().name().toLowerCase(Locale.ROOT);
            boolean plain = action.equals("flag") && rule.getFlag() == null && rule.getSafe() == null;
            if (plain && !label.contains(",")) {
                flagged.add(label);
            } else {
                String prefix = LABELS + quoted(label);
                values.put(prefix + ".action", action);
                Optional.ofNullable(rule.getFlag()).ifPresent(flag -> values.put(prefix + ".flag", flag.toString()));
                Optional.ofNullable(rule.getSafe()).ifPresent(safe -> values.put(prefix + ".safe", safe.toString()));
            }
        });
        values.put("flagged-labels", String.join(",", flagged));
        return new PolicyLines(values);
    }

    /**
     * These lines with others in the place of those of the same key.
     *
     * @param others by key, with {@value #PREFIX} or without
     * @throws CommandFailure if one is of no policy
     */
    PolicyLines with(Map<String, String> others) {
        Map<String, String> all = new TreeMap<>(values);
        others.forEach((name, value) -> {
            String key = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
            requireKnown(key);
            all.put(key, value.strip());
        });
        return new PolicyLines(all);
    }

    /** Values by key without {@value #PREFIX}, in the order of keys. */
    Map<String, String> values() {
        return new TreeMap<>(values);
    }

    /**
     * What the policy decides by.
     *
     * @throws CommandFailure naming the key that is wrong, with what is allowed
     */
    PolicySettings settings() {
        Thresholds thresholds = checked(() -> new Thresholds(number("flag", 0.6), number("safe", 0.4)));
        Map<String, LabelRule> rules = new TreeMap<>(PolicySettings.flagged(names("flagged-labels", Set.of("nsfw"))));
        labels().forEach((label, own) -> rules.put(unquoted(label), rule(label, own, thresholds)));
        return checked(() -> new PolicySettings(
                parsed("k", Integer.toString(PolicySettings.DEFAULT_K), "a whole number", Integer::valueOf),
                number("temperature", PolicySettings.DEFAULT_TEMPERATURE),
                number("floor", PolicySettings.DEFAULT_FLOOR),
                number("known-similarity", PolicySettings.DEFAULT_KNOWN_SIMILARITY),
                thresholds,
                rules,
                parsed("unfamiliar", "review", "review or head", PolicyLines::unfamiliar),
                names("flagged-classes", PolicySettings.DEFAULT_FLAGGED_CLASSES)));
    }

    /**
     * What the policy was made for.
     *
     * @throws CommandFailure if that is not said
     */
    MadeFor madeFor() {
        String text = values.getOrDefault("made-for", "");
        String[] parts = text.split("/", -1);
        if (parts.length != 3 || Arrays.stream(parts).anyMatch(String::isBlank)) {
            throw CommandFailure.usage(PREFIX + "made-for is " + (text.isEmpty() ? "not set" : text)
                    + ", allowed is bank/model/views: `bulwark bank calibrate --files FOLDER` calibrates a policy and prints"
                    + " for what, and no worker takes one that was made for nothing");
        }
        return new MadeFor(parts[0], parts[1], parts[2]);
    }

    /** As the line has it. */
    static String text(MadeFor madeFor) {
        return madeFor.getBank() + "/" + madeFor.getModelFingerprint() + "/" + madeFor.getPreprocessFingerprint();
    }

    private static LabelRule rule(String label, Map<String, String> own, Thresholds shared) {
        String prefix = LABELS + label + ".";
        PolicyLines lines = new PolicyLines(
                own.entrySet().stream().collect(Collectors.toMap(each -> prefix + each.getKey(), Map.Entry::getValue)));
        Action action = lines.parsed(prefix + "action", "flag", "flag, review or ignore", PolicyLines::action);
        if (!own.containsKey("flag") && !own.containsKey("safe")) {
            return LabelRule.of(action);
        }
        double flag = lines.number(prefix + "flag", shared.flag());
        double safe = lines.number(prefix + "safe", shared.safe());
        try {
            return new LabelRule(action, Optional.of(new Thresholds(flag, safe)));
        } catch (IllegalArgumentException wrong) {
            throw CommandFailure.usage(PREFIX + LABELS + label + ": " + wrong.getMessage());
        }
    }

    /** Settings of single labels, by label as it is written and by the rest of the key. */
    private Map<String, Map<String, String>> labels() {
        Map<String, Map<String, String>> labels = new TreeMap<>();
        values.forEach((key, value) -> {
            if (key.startsWith(LABELS)) {
                int dot = key.lastIndexOf('.');
                labels.computeIfAbsent(key.substring(LABELS.length(), dot), label -> new LinkedHashMap<>())
                        .put(key.substring(dot + 1), value);
            }
        });
        return labels;
    }

    /** As the worker's settings want a name with a dot. */
    private static String quoted(String label) {
        return label.contains(".") ? '"' + label + '"' : label;
    }

    private static String unquoted(String label) {
        boolean quoted = label.length() > 1 && label.startsWith("\"") && label.endsWith("\"");
        return quoted ? label.substring(1, label.length() - 1) : label;
    }

    private static void requireKnown(String key) {
        int dot = key.lastIndexOf('.');
        boolean ofLabel =
                key.startsWith(LABELS) && dot > LABELS.length() && LABEL_KEYS.contains(key.substring(dot + 1));
        if (key.startsWith("tenants.")) {
            throw CommandFailure.usage(PREFIX + key + " is no part of a policy: each tenant has its own policy, which"
                    + " --tenant names");
        }
        if (!KEYS.contains(key) && !ofLabel) {
            throw CommandFailure.usage(PREFIX + key + " is unknown, allowed are "
                    + String.join(", ", new TreeSet<>(KEYS)) + ", and labels.NAME.action, .flag and .safe");
        }
    }

    private Set<String> names(String key, Set<String> otherwise) {
        return values.containsKey(key)
                ? Arrays.stream(values.get(key).split(","))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .collect(Collectors.toCollection(TreeSet::new))
                : otherwise;
    }

    private double number(String key, double otherwise) {
        return parsed(key, Double.toString(otherwise), "a number", Double::valueOf);
    }

    private <T> T parsed(String key, String otherwise, String allowed, Function<String, T> parser) {
        String text = values.getOrDefault(key, otherwise);
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException wrong) {
            throw CommandFailure.usage(PREFIX + key + " is " + text + ", allowed is " + allowed);
        }
    }

    private static Unfamiliar unfamiliar(String text) {
        return Unfamiliar.valueOf(text.toUpperCase(Locale.ROOT));
    }

    private static Action action(String text) {
        return Action.valueOf(text.toUpperCase(Locale.ROOT));
    }

    private static <T> T checked(Supplier<T> made) {
        try {
            return made.get();
        } catch (IllegalArgumentException wrong) {
            throw CommandFailure.usage(wrong.getMessage());
        }
    }
}
