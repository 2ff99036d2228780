package io.bulwark.cli.pod;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The JVM options of the worker's container image, from where the image is described. */
final class ImageOptions {

    private ImageOptions() {}

    static List<String> read() {
        String pom;
        try {
            pom = Files.readString(Path.of(System.getProperty("bulwark.home"), "deploy", "pom.xml"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String heap = value(pom, "image.worker.heap");
        return List.of(value(pom, "JDK_JAVA_OPTIONS")
                .replace("${image.worker.heap}", heap)
                .split(" "));
    }

    /** The first element of that name: that of the worker for CPUs. */
    private static String value(String pom, String element) {
        Matcher found =
                Pattern.compile("<" + element + ">(.*?)</" + element + ">").matcher(pom);
        if (!found.find()) {
            throw new IllegalStateException("deploy/pom.xml has no " + element);
        }
        return found.group(1);
    }
}
