package io.bulwark.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages as a site: all of them by what readers look for, built by Debian's MkDocs. */
class DocsSiteTest {

    private static final Path SETTINGS = Pages.page("deploy/site/mkdocs.yml");
    private static final Pattern ENTRY = Pattern.compile("(?m)^ +- (.+): (\\S+\\.md)$");
    private static final Pattern SECTION = Pattern.compile("(?m)^  - ([A-Z][^:]+):$");
    private static final long LIMIT_SECONDS = 120;

    @Test
    void everyPageIsInTheNavigationOnceAndNothingElseIs() {
        List<String> pages = Pages.all().stream()
                .map(page -> Pages.ROOT.relativize(page).toString())
                .filter(page -> !page.contains("/src/test/") && !page.endsWith("pull_request_template.md"))
                .toList();

        assertThat(entries(2)).containsExactlyInAnyOrderElementsOf(pages).hasSizeGreaterThan(50);
    }

    /** As Diátaxis has them: to learn, to do, to look up, to understand. */
    @Test
    void theNavigationAsksWhatAReaderWantsAndNoTitleStandsTwice() {
        assertThat(SECTION.matcher(Pages.text(SETTINGS)).results().map(section -> section.group(1)))
                .containsExactly("Tutorials", "How-to guides", "Reference", "Explanation", "The project");
        assertThat(entries(1)).doesNotHaveDuplicates();
    }

    @Test
    @Tag("proof")
    void theSiteIsBuiltAndEveryLinkLeadsOn(@TempDir Path folder) throws Exception {
        assumeTrue(run(folder, "mkdocs", "--version"), "mkdocs is not on the PATH.");
        assumeFalse(
                Files.readString(folder.resolve("said")).contains("version 1.4")
                        || Files.readString(folder.resolve("said")).contains("version 1.5"),
                "mkdocs is older than 1.6.");
        Path site = folder.resolve("site");
        boolean built = run(folder, "mkdocs", "build", "--strict", "-f", SETTINGS.toString(), "-d", site.toString());

        assertThat(built).as(Files.readString(folder.resolve("said"))).isTrue();
        assertThat(site.resolve("index.html"))
                .content()
                .contains("deploy/docs/kubernetes.html", "project/SECURITY.html");
        try (Stream<Path> files = Files.walk(site)) {
            assertThat(files.filter(file -> file.toString().endsWith(".html")))
                    .hasSizeGreaterThan(entries(2).size());
        }
    }

    private static List<String> entries(int group) {
        return ENTRY.matcher(Pages.text(SETTINGS))
                .results()
                .map(entry -> entry.group(group))
                .toList();
    }

    private static boolean run(Path folder, String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("said").toFile())
                    .start();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroy();
                return false;
            }
            return process.exitValue() == 0;
        } catch (IOException absent) {
            return false;
        }
    }
}
