package io.bulwark.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.lab.BulwarkCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All Markdown pages of the checkout: their sizes, links and anchors, and the commands of our own that they show. */
class PagesTest {

    private static final Path ROOT = Checkout.path(".").normalize();
    private static final int LARGEST_README = 16 << 10;
    private static final int LARGEST_PAGE = 20 << 10;
    private static final Set<String> NO_PAGES = Set.of("target", ".git", "node_modules", "data");

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\n(.*?)^```");
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
    private static final Pattern COMMENT = Pattern.compile("\\s+#\\s.*");

    static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        collect(ROOT, pages);
        return pages;
    }

    static List<String> commands() throws IOException {
        return pages().stream()
                .flatMap(page -> BLOCK.matcher(text(page)).results())
                .filter(block -> block.group(1).equals("sh"))
                .flatMap(block -> block.group(2).replace("\\\n", " ").lines())
                .map(line -> COMMENT.matcher(line).replaceFirst("").strip())
                .filter(line -> line.matches("(deploy/local/)?bulwark .*"))
                .filter(line -> !line.contains("$"))
                .distinct()
                .toList();
    }

    @Test
    void theReadmeHasAtMost16KilobytesAndNoPageMoreThan20() throws IOException {
        assertThat(pages())
                .hasSizeGreaterThan(20)
                .allSatisfy(page -> assertThat(Files.size(page))
                        .as("bytes of %s", page)
                        .isLessThanOrEqualTo(page.equals(ROOT.resolve("README.md")) ? LARGEST_README : LARGEST_PAGE));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkLeadsToAFileAndItsAnchorToAHeading(Path page) {
        Matcher link = LINK.matcher(withoutCode(text(page)));
        while (link.find()) {
            if (!link.group(1).matches("(https?|mailto):.*")) {
                assertLeadsOn(page, link.toMatchResult());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandOfOursIsOneThatTheProgramTakes(String command) {
        String[] words = command.split("\\s+");
        BulwarkCommand.commandLine()
                .parseArgs(List.of(words).subList(1, words.length).toArray(String[]::new));
    }

    /** A figure has one home; README quotes it. */
    @Test
    void everyFigureOfTheReadmeStandsOnItsResultsPage() {
        assertQuoted("Robustness", Pattern.compile("\\d\\.\\d+ \\[[^]]+]"), "results-robustness.md");
        assertQuoted("Speed", Pattern.compile("\\d+\\.\\d+|\\d+(?= (?:ms|MiB))"), "results-speed.md");
    }

    private static void assertQuoted(String section, Pattern figure, String home) {
        String readme = text(ROOT.resolve("README.md"));
        int from = readme.indexOf("\n## " + section + "\n");
        assertThat(from).as("README has a section %s", section).isPositive();
        String results = text(ROOT.resolve("embed-worker/docs/" + home));
        assertThat(figure.matcher(readme.substring(from, readme.indexOf("\n## ", from + 1)))
                        .results()
                        .map(MatchResult::group))
                .hasSizeGreaterThan(5)
                .allSatisfy(quoted -> assertThat(results)
                        .as(home)
                        .containsPattern("(?<![\\d.])" + Pattern.quote(quoted) + "(?!\\d)"));
    }

    /** A page that no other names is not found by anybody. */
    @Test
    void everyPageIsLinkedFromAnother() throws IOException {
        Set<Path> linked = pages().stream()
                .flatMap(page -> LINK.matcher(text(page))
                        .results()
                        .map(link -> page.resolveSibling(link.group(1).replaceFirst("#.*", ""))
                                .normalize()))
                .collect(Collectors.toSet());
        assertThat(pages().stream().filter(page -> page.getParent().endsWith("docs")))
                .isNotEmpty()
                .allSatisfy(page -> assertThat(linked).contains(page));
    }

    private static void assertLeadsOn(Path page, MatchResult link) {
        String[] parts = link.group(1).split("#", 2);
        Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        assertThat(target).as("%s links to %s", page, link.group(1)).exists();
        if (parts.length == 2) {
            assertThat(anchors(target))
                    .as("%s links to %s", page, link.group(1))
                    .contains(parts[1]);
        }
    }

    /** As GitHub makes them: lower case, no punctuation, hyphens for spaces. */
    private static List<String> anchors(Path page) {
        return HEADING.matcher(withoutCode(text(page)))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N}\\s_-]", "")
                        .replace(' ', '-'))
                .toList();
    }

    private static String withoutCode(String text) {
        return BLOCK.matcher(text).replaceAll("");
    }

    private static String text(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static void collect(Path folder, List<Path> pages) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            for (Path child : children.sorted().toList()) {
                if (Files.isDirectory(child)
                        && !NO_PAGES.contains(child.getFileName().toString())) {
                    collect(child, pages);
                } else if (child.toString().endsWith(".md")) {
                    pages.add(child);
                }
            }
        }
    }
}
