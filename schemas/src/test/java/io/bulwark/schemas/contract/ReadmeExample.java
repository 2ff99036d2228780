package io.bulwark.schemas.contract;

import io.bulwark.events.ImageUploaded;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;

/**
 * The Java example of the README, as a reader would put it into a method of theirs: with the imports that an editor
 * adds, and this module, Avro and Kafka's clients on the class path.
 *
 * @param code its lines
 */
record ReadmeExample(String code) {

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\n(.*?)^```");
    private static final List<String> IMPORTS = List.of(
            "io.bulwark.events.*",
            "io.bulwark.schemas.serde.*",
            "io.bulwark.schemas.topic.*",
            "java.nio.ByteBuffer",
            "java.nio.file.*",
            "java.time.*",
            "java.util.*",
            "org.apache.kafka.clients.consumer.*",
            "org.apache.kafka.clients.producer.*",
            "org.apache.kafka.common.serialization.*");

    /** The one of the checkout. */
    static ReadmeExample read() throws IOException {
        Matcher block = BLOCK.matcher(Files.readString(Path.of("..", "README.md")));
        if (!block.find()) {
            throw new AssertionError("README has no Java example");
        }
        return new ReadmeExample(block.group(1));
    }

    /** The same with other text in the place of one that stands in it once. */
    ReadmeExample with(String text, String other) {
        if (code.split(Pattern.quote(text), -1).length < 2) {
            throw new AssertionError("README's Java example has no " + text);
        }
        return new ReadmeExample(code.replace(text, other));
    }

    /** What it sets a client's property to; the last one where there are two clients that set it. */
    Optional<String> property(String name) {
        Matcher set =
                Pattern.compile("\"" + Pattern.quote(name) + "\", \"([^\"]+)\"").matcher(code);
        Optional<String> value = Optional.empty();
        while (set.find()) {
            value = Optional.of(set.group(1));
        }
        return value;
    }

    /**
     * Compiles it.
     *
     * @param folder for source and class
     * @return what runs it
     * @throws AssertionError with what the compiler says if it does not compile
     */
    Callable<Void> compiled(Path folder) throws IOException {
        String source = IMPORTS.stream().map(name -> "import " + name + ";\n").collect(Collectors.joining())
                + "public class Example implements java.util.concurrent.Callable<Void> {\n"
                + "public Void call() throws Exception {\n" + code + "}\n}\n";
        Path file = Files.writeString(folder.resolve("Example.java"), source);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            boolean done = compiler.getTask(
                            said,
                            files,
                            null,
                            List.of("-d", folder.toString(), "-cp", classPath(), "-proc:none"),
                            null,
                            files.getJavaFileObjects(file))
                    .call();
            if (!done) {
                throw new AssertionError("README's Java example does not compile: " + said);
            }
        }
        var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, ReadmeExample.class.getClassLoader());
        return () -> {
            try (loader) {
                Object example = loader.loadClass("Example").getConstructor().newInstance();
                return Void.class.cast(((Callable<?>) example).call());
            }
        };
    }

    private static String classPath() {
        return Stream.of(ImageUploaded.class, SpecificRecord.class, KafkaProducer.class)
                .map(ReadmeExample::origin)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String origin(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
