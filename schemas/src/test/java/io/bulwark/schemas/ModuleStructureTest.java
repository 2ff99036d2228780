package io.bulwark.schemas;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.bulwark.schemas.testing.Arrows;
import io.bulwark.schemas.testing.CatalogueNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a producer or a subscriber takes on with this library, and who knows whom inside it. */
@AnalyzeClasses(packages = "io.bulwark", importOptions = ImportOption.DoNotIncludeTests.class)
class ModuleStructureTest {
    private static final String TRACE = "io.bulwark.schemas.trace..";

    private static final String[] NOTHING_BUT_AVRO_AND_KAFKA = {
        "java..",
        "javax.crypto..",
        "javax.security.auth..",
        "io.bulwark.events..",
        "io.bulwark.schemas..",
        "org.apache.avro..",
        "org.apache.kafka.."
    };

    @ArchTest
    static final ArchRule theModuleNeedsAvroAndKafkasClientsAlone = classes()
            .that(doNotTouchTheRegistry())
            .and()
            .resideOutsideOfPackage(TRACE)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(NOTHING_BUT_AVRO_AND_KAFKA);

    /** OpenTelemetry is there for those alone who make spans. */
    @ArchTest
    static final ArchRule tracesAreKnownToTheirPackageAlone =
            Arrows.noneFromOutside(TRACE).to("io.opentelemetry..", TRACE);

    @ArchTest
    static final ArchRule theRegistryIsKnownToItsAdaptersAlone = noClasses()
            .that(doNotTouchTheRegistry())
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.apicurio..", "com.microsoft.kiota..", "io.vertx..");

    @ArchTest
    static final ArchRule ofKafkaOnlyTheClients = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("kafka..", "org.apache.kafka.streams..", "org.apache.kafka.server..");

    @ArchTest
    static final ArchRule theCatalogueKnowsNoSerde =
            Arrows.noneFrom("..topic..").to("..serde..");

    @ArchTest
    static final ArchRule topicsAreNamedByTopicNames = CatalogueNames.ARE_ASKED_OF_TOPIC_NAMES;

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.bulwark.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule nothingStaticChanges = fields().that()
            .areStatic()
            .and()
            .areDeclaredInClassesThat()
            .resideInAPackage("io.bulwark.schemas..")
            .should()
            .beFinal();

    @Test
    void everyPackageSaysWhatItIsFor() throws IOException {
        try (Stream<Path> folders = Files.walk(Path.of("src/main/java"))) {
            var silent = folders.filter(Files::isDirectory)
                    .filter(ModuleStructureTest::hasClasses)
                    .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
                    .toList();
            assertThat(silent).isEmpty();
        }
    }

    /** All but the two classes that reach for Apicurio: it is there for those alone who ask for it. */
    private static DescribedPredicate<JavaClass> doNotTouchTheRegistry() {
        return describe(
                "have nothing to do with the registry",
                found -> !Set.of("SchemaRegistry", "RegistryWriter").contains(found.getSimpleName())
                        && !found.getFullName().contains("SchemaRegistry$"));
    }

    private static boolean hasClasses(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(file -> file.toString().endsWith(".java"));
        } catch (IOException unreadable) {
            throw new java.io.UncheckedIOException(unreadable);
        }
    }
}
