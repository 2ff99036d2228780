package io.bulwark.events;

import org.apache.avro.specific.SpecificRecordBase;
import org.apache.avro.util.ClassSecurityValidator;

/**
 * What every record of this package extends, so that Avro loads the package's classes by name. Avro 1.12.2 and later
 * load a class only if the JVM trusts it ({@code org.apache.avro.SERIALIZABLE_PACKAGES} or {@link
 * ClassSecurityValidator}). A superclass is initialized before its subclasses, so the trust is there before a
 * record's schema, builder or serde is used, and no program has to set a property. What the JVM trusted before stays
 * trusted; nothing outside this package is added. Thread-safe.
 */
public abstract class EventRecord extends SpecificRecordBase {
    static {
        try {
            Trust.add();
        } catch (NoClassDefFoundError beforeRelease1122) {
            // A program that pins Avro 1.12.0 or 1.12.1, as Quarkus 3.33 does: these load the classes without being
            // asked.
        }
    }

    private static final class Trust {
        private static final String PACKAGE = EventRecord.class.getPackageName();

        static void add() {
            synchronized (ClassSecurityValidator.class) {
                ClassSecurityValidator.ClassSecurityPredicate before = ClassSecurityValidator.getGlobal();
                if (!before.isTrusted(EventRecord.class)) {
                    ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(
                            before, type -> type.getPackageName().equals(PACKAGE)));
                }
            }
        }
    }
}
