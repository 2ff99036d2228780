package io.bulwark.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Words that code, messages and pages do not use, because a plainer one says the same. */
class WordsTest {

    private static final List<String> FORBIDDEN = List.of(
            "nobody",
            "somebody",
            "whoever",
            "so many",
            "what came",
            "those that",
            "of its own",
            "is told",
            "is said",
            "anew",
            "lest",
            "mends",
            "asks for itself",
            "ailment",
            "custody",
            "deliberate waits",
            "flight mark",
            "solitude",
            "testimony");

    private static final Set<String> ENDINGS = Set.of(
            "avsc",
            "css",
            "html",
            "java",
            "json",
            "md",
            "mjs",
            "properties",
            "py",
            "sh",
            "sql",
            "ts",
            "xml",
            "yaml",
            "yml");

    private static final Set<String> NO_SOURCES =
            Set.of(".git", ".idea", ".settings", ".vscode", "node_modules", "target");

    /** Paths begin with these. */
    private static final List<String> EXCLUDED = List.of(
            // What the local node keeps.
            "deploy/local/data/",
            // This list.
            "deploy/src/test/java/io/bulwark/deploy/WordsTest.java",
            // Released: fingerprints are over the text, and the descriptions of the APIs quote it.
            "schemas/src/main/resources/io/bulwark/schemas/v",
            "schemas/src/main/avro/",
            "schemas/asyncapi.json",
            "schemas/clients/go/schemas.json",
            "schemas/clients/python/bulwark_client/schemas.json",
            "schemas/clients/typescript/schemas.json",
            "embed-worker/service/openapi.json",
            // Applied: Flyway compares checksums with those of the database.
            "moderation-stream/src/main/resources/io/bulwark/stream/database/V",
            // The value stands in the metadata of committed offsets.
            "embed-worker/service/src/main/java/io/bulwark/service/loop/OffsetMark.java",
            // Words drawn into pictures: the published results were measured with them.
            "embed-worker/cli/src/main/java/io/bulwark/cli/everyday/Caption.java");

    /** Also across the end of a line, of a comment too. The option {@code --anew} is a name. */
    private static final Pattern WORDS = Pattern.compile(
            FORBIDDEN.stream()
                    .map(words -> words.replace(" ", "(?:\\s+(?:(?:\\*|//|#|--|>) *)?)"))
                    .collect(Collectors.joining("|", "(?<!--)\\b(?:", ")\\b")),
            Pattern.CASE_INSENSITIVE);

    private static final Pattern BETWEEN_WORDS_OF_A_NAME = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");

    @Test
    void noFileUsesAForbiddenWord() throws IOException {
        List<Path> files = files();
        assertThat(files).hasSizeGreaterThan(500);
        List<String> found = new ArrayList<>();
        for (Path file : files) {
            String relative = Pages.ROOT.relativize(file).toString();
            found(Files.readString(file, StandardCharsets.ISO_8859_1))
                    .map(word -> relative + ":" + word)
                    .forEach(found::add);
        }
        assertThat(found).as("words to replace by plainer ones").isEmpty();
    }

    @Test
    void aWordIsFoundInProseInNamesAndAcrossLines() {
        assertThat(found("A file\nthat Nobody reads")).containsExactly("2: Nobody");
        assertThat(found("void startsAnew() {}")).containsExactly("1: Anew");
        assertThat(found("void hasAKeyOfItsOwn() {}")).containsExactly("1: Of Its Own");
        assertThat(found("/**\n * A key of\n * its own.\n */")).containsExactly("2: of its own");
        assertThat(found("// of its\n// own")).containsExactly("1: of its own");
        assertThat(found("BodyPublishers.noBody(), propose --anew, lesson, of its owner"))
                .isEmpty();
    }

    /** The line and the words of each occurrence. */
    private static Stream<String> found(String text) {
        String split = BETWEEN_WORDS_OF_A_NAME.matcher(text).replaceAll(" ");
        return WORDS.matcher(split)
                .results()
                .map(match -> "%d: %s"
                        .formatted(line(split, match.start()), match.group().replaceAll("[\\s*/#>-]+", " ")));
    }

    private static long line(String text, int at) {
        return 1 + text.chars().limit(at).filter(character -> character == '\n').count();
    }

    private static List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(Pages.ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return isSource(folder) ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile() && isText(file) && isSource(file)) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }

    private static boolean isSource(Path path) {
        String relative = Pages.ROOT.relativize(path).toString();
        return relative.isEmpty()
                || !NO_SOURCES.contains(path.getFileName().toString())
                        && EXCLUDED.stream().noneMatch((relative + (Files.isDirectory(path) ? "/" : ""))::startsWith);
    }

    /** Scripts and notices have no ending. */
    private static boolean isText(Path file) {
        String name = file.getFileName().toString();
        return !name.contains(".") || ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1));
    }
}
