package io.bulwark.service.loop;

import java.util.Arrays;
import java.util.function.Predicate;

/** Kafka's clients wrap what went wrong; what to do depends on what is inside. */
final class Causes {

    private static final int DEEPEST = 20;

    private Causes() {}

    /** Whether the failure or anything that caused it is of one of these classes. */
    static boolean any(Throwable failure, Class<?>... classes) {
        Throwable each = failure;
        for (int depth = 0; each != null && depth < DEEPEST; depth++) {
            if (Arrays.stream(classes).anyMatch(isClassOf(each))) {
                return true;
            }
            each = each.getCause();
        }
        return false;
    }

    private static Predicate<Class<?>> isClassOf(Throwable failure) {
        return type -> type.isInstance(failure);
    }
}
