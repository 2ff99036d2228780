package io.bulwark.schemas.serde;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.ClassSecurityValidator.SystemPropertiesPredicate;

/**
 * This library as it was in its first release: the jar in {@code src/test/resources}, built of commit b22bd59, without
 * the packages {@code access} and {@code connection}. It has its own copies of Avro and of Kafka's clients, since Avro
 * finds the classes of records through the loader that it was loaded by. What goes in and out are bytes.
 */
final class OldRelease implements AutoCloseable {
    private static final String JAR = "/bulwark-schemas-release-1.jar";
    private static final String TRUSTED = "org.apache.avro.SERIALIZABLE_PACKAGES";

    private final URLClassLoader loader;

    OldRelease() {
        this.loader = new URLClassLoader(classPath().toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
        trustRecords();
    }

    /** As a program with that release has to be started where Avro is 1.12.2 or later: its records do not do it. */
    private void trustRecords() {
        String before = System.getProperty(TRUSTED);
        System.setProperty(TRUSTED, "io.bulwark.events");
        try {
            Class.forName(SystemPropertiesPredicate.class.getName(), true, loader);
        } catch (ClassNotFoundException broken) {
            throw new IllegalStateException("The old release cannot be used.", broken);
        } finally {
            if (before == null) {
                System.clearProperty(TRUSTED);
            } else {
                System.setProperty(TRUSTED, before);
            }
        }
    }

    /** The jar first, then the libraries that this JVM has; folders are those of the present release. */
    private static List<URL> classPath() {
        var urls = new ArrayList<URL>();
        urls.add(OldRelease.class.getResource(JAR));
        for (String entry : System.getProperty("java.class.path").split(System.getProperty("path.separator"))) {
            if (entry.endsWith(".jar")) {
                try {
                    urls.add(Path.of(entry).toUri().toURL());
                } catch (MalformedURLException impossible) {
                    throw new UncheckedIOException(impossible);
                }
            }
        }
        return urls;
    }

    /** Whether it has such a record. */
    boolean knows(Class<? extends SpecificRecord> record) {
        try {
            loader.loadClass(record.getName());
            return true;
        } catch (ClassNotFoundException newer) {
            return false;
        }
    }

    /**
     * Reads a value as the old release does, and writes what it read.
     *
     * @return the value as the old release writes it; empty where it could not read it
     */
    Optional<byte[]> rewrite(Class<? extends SpecificRecord> record, String topic, byte[] value) {
        try {
            Object decoder = made("EventDecoder", record);
            Object decoded = decoder.getClass()
                    .getMethod("decode", String.class, byte[].class)
                    .invoke(decoder, topic, value);
            if (!decoded.getClass().getSimpleName().equals("Event")) {
                return Optional.empty();
            }
            Object event = decoded.getClass().getMethod("value").invoke(decoded);
            Object serializer = made("EventSerializer", record);
            return Optional.of((byte[]) serializer
                    .getClass()
                    .getMethod("serialize", String.class, loader.loadClass(SpecificRecord.class.getName()))
                    .invoke(serializer, topic, event));
        } catch (ReflectiveOperationException broken) {
            throw new IllegalStateException("The old release cannot be used.", broken);
        }
    }

    private Object made(String name, Class<? extends SpecificRecord> record) throws ReflectiveOperationException {
        Class<?> made = loader.loadClass("io.bulwark.schemas.serde." + name);
        if (made.getClassLoader() != loader || made.equals(EventDecoder.class)) {
            throw new IllegalStateException(name + " is not that of the old release.");
        }
        return made.getConstructor(Class.class).newInstance(loader.loadClass(record.getName()));
    }

    @Override
    public void close() {
        try {
            loader.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
