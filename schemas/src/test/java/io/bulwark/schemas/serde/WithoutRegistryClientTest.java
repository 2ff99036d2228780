package io.bulwark.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.events.Review;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A program that has {@code bulwark-schemas} alone, without the client of schema registries. */
class WithoutRegistryClientTest {
    private final URLClassLoader withoutRegistry =
            new URLClassLoader(classPathWithoutApicurio(), ClassLoader.getPlatformClassLoader());

    @AfterEach
    void close() throws IOException {
        withoutRegistry.close();
    }

    @Test
    void needsNoneOfItsClasses() throws ReflectiveOperationException {
        Object serializer = serializer();
        serializer.getClass().getMethod("configure", Map.class, boolean.class).invoke(serializer, Map.of(), false);

        assertThat(serializer.getClass().getClassLoader()).isSameAs(withoutRegistry);
        assertThatThrownBy(() -> withoutRegistry.loadClass("io.apicurio.registry.serde.avro.AvroKafkaSerializer"))
                .isInstanceOf(ClassNotFoundException.class);
    }

    @Test
    void aNamedRegistryFailsWithTheDependencyToAdd() throws ReflectiveOperationException {
        Map<String, Object> settings = Map.of(SerdeSettings.REGISTRY_URL, "http://localhost:1/apis/registry/v3");
        Object serializer = serializer();
        var configure = serializer.getClass().getMethod("configure", Map.class, boolean.class);

        assertThatThrownBy(() -> configure.invoke(serializer, settings, false))
                .isInstanceOf(InvocationTargetException.class)
                .cause()
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("add io.bulwark:bulwark-schemas-registry (type pom)");
    }

    private Object serializer() throws ReflectiveOperationException {
        Class<?> event = withoutRegistry.loadClass(Review.class.getName());
        return withoutRegistry
                .loadClass(EventSerializer.class.getName())
                .getConstructor(Class.class)
                .newInstance(event);
    }

    private static URL[] classPathWithoutApicurio() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("apicurio"))
                .map(WithoutRegistryClientTest::url)
                .toArray(URL[]::new);
    }

    private static URL url(String entry) {
        try {
            return Path.of(entry).toUri().toURL();
        } catch (MalformedURLException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }
}
