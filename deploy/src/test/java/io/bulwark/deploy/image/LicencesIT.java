package io.bulwark.deploy.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.deploy.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The licences of the libraries that images and tar file carry, as their bills of materials name them. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "the page lists the natives of this platform")
@Tag("proof")
class LicencesIT {

    /**
     * Licences that ask a distributor of Bulwark for no more than the names of authors and licence, and EPL for the
     * place of the library's source. A library with several licences is used under one of these.
     */
    private static final Set<String> ALLOWED = Set.of(
            "Apache-2.0",
            "MIT",
            "MIT-0",
            "BSD-2-Clause",
            "BSD-3-Clause",
            "BSD-4-Clause",
            "0BSD",
            "CC0-1.0",
            "EPL-1.0",
            "EPL-2.0",
            "Go License");

    private static final List<String> BILLS = List.of(
            "embed-worker/service/target/sbom.json",
            "embed-worker/lab/target/sbom.json",
            "moderation-stream/target/sbom.json");

    /** Licences by library, {@code group:name}. */
    private static final SortedMap<String, SortedSet<String>> LIBRARIES = new TreeMap<>();

    @BeforeAll
    static void read() throws IOException {
        for (String bill : BILLS) {
            Path file = Checkout.path(bill);
            assumeTrue(Files.exists(file), file + " is not built: mvn -Pimage verify");
            for (JsonNode component : new ObjectMapper().readTree(file.toFile()).path("components")) {
                if (!component.path("group").asText().equals("io.bulwark")) {
                    LIBRARIES
                            .computeIfAbsent(
                                    component.path("group").asText() + ":"
                                            + component.path("name").asText(),
                                    library -> new TreeSet<>())
                            .addAll(licences(component));
                }
            }
        }
    }

    private static Set<String> licences(JsonNode component) {
        Set<String> licences = new TreeSet<>();
        for (JsonNode each : component.path("licenses")) {
            JsonNode licence = each.path("license");
            licences.add(licence.path("id")
                    .asText(licence.path("name").asText(each.path("expression").asText())));
        }
        return licences;
    }

    @Test
    void everyLibraryMayBePassedOn() {
        assertThat(LIBRARIES)
                .hasSizeGreaterThan(200)
                .allSatisfy((library, licences) -> assertThat(licences)
                        .as("licences of %s, one of which has to be allowed: %s", library, ALLOWED)
                        .matches(offered -> !Collections.disjoint(offered, ALLOWED)));
    }

    @Test
    void thePageListsThemAll() throws IOException {
        Path page = Checkout.path("deploy/docs/licences.md");
        Path made = Files.writeString(Path.of("target", "licences.md"), page());
        assertThat(page)
                .as("cp deploy/%s deploy/docs/licences.md", made)
                .exists()
                .hasSameTextualContentAs(made);
    }

    private static String page() {
        Map<String, SortedSet<String>> byLicence = new TreeMap<>();
        LIBRARIES.forEach((library, licences) -> byLicence
                .computeIfAbsent(String.join(" or ", licences), any -> new TreeSet<>())
                .add(library));
        StringBuilder text = new StringBuilder("""
                # Which licences do the libraries have that images and tar file carry?

                A build with the profile `image` holds this list to the bills of materials and refuses a library without a \
                licence that lets you pass it on. `sbom.json` in each image has versions and hashes. What else lies in them, \
                and the texts, are in [NOTICE](../../NOTICE).
                """);
        byLicence.forEach((licence, libraries) -> text.append("\n## ")
                .append(licence)
                .append("\n\n")
                .append(String.join(", ", libraries))
                .append('\n'));
        return text.toString();
    }
}
