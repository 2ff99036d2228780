package io.bulwark.imaging.isolation;

import java.util.Arrays;
import java.util.Locale;

/** Whether decoder processes are confined by the kernel before they read a file. */
public enum Isolation {
    /** Landlock and seccomp, or no decoder process starts. */
    REQUIRE,
    /** What the kernel offers; {@link IsolationState} says what that was. */
    PREFER,
    /** Nothing: for comparisons, and for systems that have neither. */
    NONE;

    /** As settings spell it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The one of that label.
     *
     * @throws IllegalArgumentException naming the labels that there are
     */
    public static Isolation labelled(String label) {
        return Arrays.stream(values())
                .filter(value -> value.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("Isolation is " + label + ", allowed is one of "
                        + Arrays.stream(values()).map(Isolation::label).toList()));
    }
}
