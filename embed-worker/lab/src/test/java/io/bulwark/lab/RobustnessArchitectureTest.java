package io.bulwark.robustness;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.bulwark.perception.verdict.Opinion;
import io.bulwark.perception.verdict.Thresholds;
import java.util.List;
import java.util.Map;

/** The module's place in the design: it tests and teaches what perception decides with, and decides nothing itself. */
@AnalyzeClasses(packages = "io.bulwark.robustness", importOptions = ImportOption.DoNotIncludeTests.class)
class RobustnessArchitectureTest {

    @ArchTest
    static final ArchRule KNOWS_NOTHING_OF_STREAMS_FRAMEWORKS_OR_EVENTS = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.kafka..",
                    "org.apache.avro..",
                    "io.quarkus..",
                    "jakarta..",
                    "io.bulwark.events..",
                    "io.bulwark.schemas..",
                    "io.bulwark.service..",
                    "io.bulwark.lab..");

    @ArchTest
    static final ArchRule ENCODERS_ARE_WHAT_PERCEPTION_SHOWS_OF_THEM = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ai.djl..", "io.bulwark.perception.torch..", "io.bulwark.perception.torchscript..");

    @ArchTest
    static final ArchRule ROOMS_DO_NOT_DEPEND_ON_EACH_OTHER_IN_CIRCLES =
            slices().matching("io.bulwark.robustness.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NEITHER_DO_THOSE_OF_ATTACKS =
            slices().matching("io.bulwark.robustness.attack.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule WHAT_ATTACKS_SHARE_KNOWS_NO_ATTACK = noClasses()
            .that()
            .resideInAPackage("io.bulwark.robustness.attack")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.bulwark.robustness.attack.*..");

    @ArchTest
    static final ArchRule THE_DECISION_IS_PERCEPTIONS = noClasses()
            .should()
            .callConstructor(Opinion.class, String.class, List.class, Map.class)
            .orShould()
            .callMethod(Thresholds.class, "outcome", double.class);
}
