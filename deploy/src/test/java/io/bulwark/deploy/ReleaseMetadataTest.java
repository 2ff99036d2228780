package io.bulwark.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;

/** What a release needs beside its programs. */
class ReleaseMetadataTest {

    private static final Path HOME = Path.of("..");
    private static final Pattern ACTION = Pattern.compile("uses: (\\S+)");

    /** The rules of Maven Central for a pom: what a module's own does not say comes from its parent. */
    @ParameterizedTest
    @ValueSource(strings = {"pom.xml", "schemas/bom/pom.xml"})
    void aPomSaysWhatARepositoryAsks(String file) throws Exception {
        Document pom = pom(HOME.resolve(file));
        for (String path : List.of(
                "name",
                "description",
                "url",
                "licenses/license/url",
                "developers/developer/name",
                "scm/connection",
                "scm/developerConnection",
                "scm/url")) {
            assertThat(text(pom, path)).as("%s of %s", path, file).isNotBlank();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "schemas",
                "schemas/registry",
                "embed-worker/imaging",
                "embed-worker/perception",
                "embed-worker/service",
                "embed-worker/cli",
                "embed-worker/lab",
                "moderation-stream"
            })
    void aModuleHasANameAndADescription(String module) throws Exception {
        Document pom = pom(HOME.resolve(module).resolve("pom.xml"));
        assertThat(text(pom, "name")).isNotBlank();
        assertThat(text(pom, "description")).isNotBlank();
    }

    /** Release notes are the section of the tag's version. */
    @Test
    void theChangelogHasASectionOfThisVersionBelowWhatIsNotReleased() throws IOException {
        String version = Checkout.version().replace("-SNAPSHOT", "");
        List<String> sections = Files.readAllLines(HOME.resolve(".github/CHANGELOG.md")).stream()
                .filter(line -> line.startsWith("## "))
                .toList();

        assertThat(sections).hasSizeGreaterThan(1).first().isEqualTo("## [Unreleased]");
        assertThat(sections.get(1)).startsWith("## [" + version + "]");
        assertThat(Files.readString(HOME.resolve(".github/UPGRADING.md"))).contains("| " + version + " |");
    }

    @Test
    void imagesSayWhatTheyAreAndWhereTheyComeFrom() throws IOException {
        assertThat(Files.readString(HOME.resolve("deploy/pom.xml")))
                .contains(
                        "<org.opencontainers.image.source>${repository.url}<",
                        "<org.opencontainers.image.version>${project.version}<",
                        "<org.opencontainers.image.licenses>Apache-2.0<",
                        "<org.opencontainers.image.documentation>");
    }

    /** A tag can be moved to another commit, a digest cannot. */
    @Test
    void workflowsNameActionsByDigest() throws IOException {
        try (Stream<Path> workflows = Files.list(HOME.resolve(".github/workflows"))) {
            assertThat(workflows)
                    .hasSizeGreaterThan(1)
                    .allSatisfy(workflow -> assertThat(ACTION.matcher(Files.readString(workflow))
                                    .results()
                                    .map(MatchResult::group))
                            .allMatch(action -> action.matches("uses: [\\w/-]+@[0-9a-f]{40}")));
        }
    }

    @Test
    void theWrapperFetchesMavenFromMavenCentral() throws IOException {
        assertThat(HOME.resolve(".mvn/wrapper/maven-wrapper.properties"))
                .content()
                .contains("distributionUrl=https://repo.maven.apache.org/maven2/org/apache/maven/apache-maven/");
        assertThat(Files.isExecutable(HOME.resolve("mvnw"))).isTrue();
    }

    private static Document pom(Path file) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
    }

    private static String text(Document pom, String path) throws Exception {
        XPath xpath = XPathFactory.newInstance().newXPath();
        return xpath.evaluate("/project/" + path, pom);
    }
}
