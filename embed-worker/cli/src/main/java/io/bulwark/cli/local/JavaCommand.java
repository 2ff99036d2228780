package io.bulwark.cli.local;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The command line of a child JVM under a {@link ChildMain}, by the same Java as this process.
 *
 * @param mainClass what runs
 * @param classpath what it finds its classes on
 * @param options of the JVM, such as {@code -Xmx512m}
 * @param properties system properties
 * @param arguments of the main class
 * @param environment variables in place of those of this process; an empty value takes one away
 */
public record JavaCommand(
        String mainClass,
        List<Path> classpath,
        List<String> options,
        Map<String, String> properties,
        List<String> arguments,
        Map<String, String> environment) {

    public JavaCommand {
        classpath = List.copyOf(classpath);
        options = List.copyOf(options);
        properties = Map.copyOf(properties);
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }

    /** The words of the command line, properties in the order of their names. */
    List<String> words() {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(options);
        new TreeMap<>(properties).forEach((name, value) -> words.add("-D" + name + "=" + value));
        words.add("-cp");
        words.add(String.join(
                File.pathSeparator, classpath.stream().map(Path::toString).toList()));
        words.add(ChildMain.class.getName());
        words.add(mainClass);
        words.addAll(arguments);
        return words;
    }
}
