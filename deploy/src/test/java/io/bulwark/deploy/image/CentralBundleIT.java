package io.bulwark.deploy.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulwark.deploy.Checkout;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

/**
 * The bundle for Maven Central, by the rules that the <a
 * href="https://central.sonatype.org/publish/requirements/">Central Portal</a> has: what each pom says, which files stand
 * beside it, and their sums. Signatures need a key, and are only looked for where one was given.
 */
@Tag("proof")
class CentralBundleIT {

    private static final String VERSION = Checkout.version();
    private static final List<String> ASKED = List.of(
            "name",
            "description",
            "url",
            "licenses/license/name",
            "licenses/license/url",
            "developers/developer/name",
            "scm/connection",
            "scm/developerConnection",
            "scm/url");

    private static final Map<String, byte[]> FILES = new TreeMap<>();

    @BeforeAll
    static void open() throws IOException {
        Path bundle = Path.of("target", "central-" + VERSION + ".zip");
        assumeTrue(Files.exists(bundle), "skipped: the profile release makes the bundle");
        try (ZipFile zip = new ZipFile(bundle.toFile())) {
            for (ZipEntry entry :
                    zip.stream().filter(each -> !each.isDirectory()).toList()) {
                try (InputStream bytes = zip.getInputStream(entry)) {
                    FILES.put(entry.getName(), bytes.readAllBytes());
                }
            }
        }
    }

    @Test
    void itHasTheLibrariesAndTheirParents() throws Exception {
        assertThat(poms().keySet())
                .containsExactlyInAnyOrder(
                        "bulwark",
                        "bulwark-bom",
                        "bulwark-embed-worker",
                        "bulwark-imaging",
                        "bulwark-perception",
                        "bulwark-schemas",
                        "bulwark-schemas-registry");
        for (Document pom : poms().values()) {
            String parent = text(pom, "parent/artifactId");
            assertThat(parent.isEmpty() || poms().containsKey(parent))
                    .as(parent)
                    .isTrue();
        }
    }

    /** What a pom does not say it has from its parent. */
    @Test
    void eachPomSaysWhatIsAsked() throws Exception {
        for (Map.Entry<String, Document> pom : poms().entrySet()) {
            for (String asked : ASKED) {
                assertThat(said(pom.getValue(), asked))
                        .as("%s of %s", asked, pom.getKey())
                        .isNotBlank();
            }
            assertThat(text(pom.getValue(), "name"))
                    .as("the name of %s itself", pom.getKey())
                    .isNotBlank();
            assertThat(text(pom.getValue(), "description")).isNotBlank();
            assertThat(text(pom.getValue(), "version") + text(pom.getValue(), "parent/version"))
                    .isEqualTo(VERSION);
        }
    }

    @Test
    void besideEachJarStandItsSourcesAndJavadocAndNothingIsEmpty() throws Exception {
        for (Map.Entry<String, Document> pom : poms().entrySet()) {
            boolean jar = text(pom.getValue(), "packaging").isEmpty();
            for (String kind : List.of(".jar", "-sources.jar", "-javadoc.jar")) {
                byte[] bytes = FILES.get(path(pom.getKey()) + kind);
                assertThat(bytes != null).as(pom.getKey() + kind).isEqualTo(jar);
                if (jar) {
                    assertThat(entries(bytes))
                            .as(pom.getKey() + kind)
                            .anyMatch(name -> name.endsWith(
                                    Map.of(".jar", ".class", "-sources.jar", ".java", "-javadoc.jar", ".html")
                                            .get(kind)));
                }
            }
        }
    }

    @Test
    void eachFileHasItsSumsAndWithAKeyItsSignature() throws Exception {
        Set<String> files = FILES.keySet().stream()
                .filter(name -> !name.matches(".*\\.(md5|sha1|asc)"))
                .collect(Collectors.toSet());
        boolean signed = FILES.keySet().stream().anyMatch(name -> name.endsWith(".asc"));
        assertThat(files).hasSize(7 + 3 * 3);
        for (String file : files) {
            for (Map.Entry<String, String> sum :
                    Map.of(".md5", "MD5", ".sha1", "SHA-1").entrySet()) {
                assertThat(new String(FILES.get(file + sum.getKey()), StandardCharsets.US_ASCII).strip())
                        .as(file + sum.getKey())
                        .isEqualTo(HexFormat.of()
                                .formatHex(MessageDigest.getInstance(sum.getValue())
                                        .digest(FILES.get(file))));
            }
            assertThat(FILES.containsKey(file + ".asc"))
                    .as("signature of %s", file)
                    .isEqualTo(signed);
        }
    }

    private static String path(String artifact) {
        return "io/bulwark/" + artifact + "/" + VERSION + "/" + artifact + "-" + VERSION;
    }

    private static Map<String, Document> poms() throws Exception {
        Map<String, Document> poms = new TreeMap<>();
        for (Map.Entry<String, byte[]> file : FILES.entrySet()) {
            if (file.getKey().endsWith(".pom")) {
                Document pom = DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new ByteArrayInputStream(file.getValue()));
                String artifact = text(pom, "artifactId");
                assertThat(file.getKey()).isEqualTo(path(artifact) + ".pom");
                poms.put(artifact, pom);
            }
        }
        return poms;
    }

    private static String said(Document pom, String path) throws Exception {
        String own = text(pom, path);
        String parent = text(pom, "parent/artifactId");
        return own.isBlank() && !parent.isEmpty() ? said(poms().get(parent), path) : own;
    }

    private static String text(Document pom, String path) throws Exception {
        return XPathFactory.newInstance().newXPath().evaluate("/project/" + path, pom);
    }

    private static List<String> entries(byte[] jar) throws IOException {
        var names = new ArrayList<String>();
        try (var zip = new ZipInputStream(new ByteArrayInputStream(jar))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                names.add(entry.getName());
            }
        }
        return names;
    }
}
