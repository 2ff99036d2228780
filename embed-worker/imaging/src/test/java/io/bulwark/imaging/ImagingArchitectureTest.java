package io.bulwark.imaging;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.bulwark.schemas.testing.Arrows;

/** The module's place in the design: pictures are prepared without an encoder, in rooms without circles. */
@AnalyzeClasses(packages = "io.bulwark.imaging", importOptions = ImportOption.DoNotIncludeTests.class)
class ImagingArchitectureTest {

    @ArchTest
    static final ArchRule KNOWS_NO_ENCODER_STREAM_OR_FRAMEWORK = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "ai.djl..",
                    "org.apache.kafka..",
                    "org.apache.avro..",
                    "io.quarkus..",
                    "jakarta..",
                    "io.bulwark.events..",
                    "io.bulwark.perception..",
                    "io.bulwark.cli..",
                    "io.bulwark.service..",
                    "io.bulwark.lab..");

    /** The one dependency that reads no picture. */
    @ArchTest
    static final ArchRule ONLY_ISOLATION_CALLS_THE_KERNEL =
            Arrows.noneFromOutside("io.bulwark.imaging.isolation").to("com.sun.jna..");

    @ArchTest
    static final ArchRule ROOMS_DO_NOT_DEPEND_ON_EACH_OTHER_IN_CIRCLES =
            slices().matching("io.bulwark.imaging.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule WHAT_ALL_SHARE_KNOWS_NO_FORMAT =
            Arrows.noneFrom("io.bulwark.imaging").to("io.bulwark.imaging.*..");

    @ArchTest
    static final ArchRule FORMATS_KNOW_NOTHING_OF_EACH_OTHER = slices().matching(
                    "io.bulwark.imaging.(jpeg|png|gif|webp|heif)..")
            .should()
            .notDependOnEachOther();
}
