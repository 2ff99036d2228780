package io.bulwark.lab;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import io.bulwark.perception.verdict.ScoredImage.Opinion;
import io.bulwark.schemas.testing.Arrows;
import io.bulwark.schemas.testing.CatalogueNames;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

@AnalyzeClasses(
        packages = "io.bulwark",
        importOptions = {DoNotIncludeTests.class, LabArchitectureTest.WithoutTestJars.class})
class LabArchitectureTest {

    /** Once modules are packaged, the test classes of the command line lie in a jar on the class path. */
    static final class WithoutTestJars implements ImportOption {

        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }

    /** Maven's modules hold it as well: this test names the class. */
    @ArchTest
    static final ArchRule the_product_never_depends_on_the_laboratory =
            Arrows.noneFromOutside("io.bulwark.lab..").to("io.bulwark.lab..");

    /** Services are processes here: the lab starts them, and never reaches into them, but for the red team. */
    @ArchTest
    static final ArchRule the_lab_uses_no_class_of_the_services = Arrows.noneFrom("io.bulwark.lab..")
            .except("io.bulwark.lab.redteam")
            .to("io.bulwark.service..", "io.bulwark.worker..", "io.bulwark.stream..", "io.quarkus..");

    /** What it measures must be what a worker does, so the worker's parts are its own; it has none of Quarkus. */
    @ArchTest
    static final ArchRule the_red_team_uses_the_worker_s_parts_and_no_framework = Arrows.noneFrom(
                    "io.bulwark.lab.redteam")
            .to("io.bulwark.stream..", "io.quarkus..", "jakarta..", "ai.djl..");

    @ArchTest
    static final ArchRule only_the_command_line_depends_on_the_red_team =
            Arrows.noneFromOutside("io.bulwark.lab", "io.bulwark.lab.redteam").to("io.bulwark.lab.redteam");

    /** What attacks, trains and measures works on files, arrays and encoders: no topic, no record, no framework. */
    @ArchTest
    static final ArchRule attacks_and_training_know_no_streams_frameworks_or_events = Arrows.noneFrom(
                    "io.bulwark.lab.attack",
                    "io.bulwark.lab.attack.blackbox",
                    "io.bulwark.lab.attack.gradient",
                    "io.bulwark.lab.attack.loss",
                    "io.bulwark.lab.attack.upload",
                    "io.bulwark.lab.data..",
                    "io.bulwark.lab.evaluate..",
                    "io.bulwark.lab.explain",
                    "io.bulwark.lab.experiment..",
                    "io.bulwark.lab.invert..",
                    "io.bulwark.lab.picture..",
                    "io.bulwark.lab.probe..",
                    "io.bulwark.lab.text..",
                    "io.bulwark.lab.train..")
            .to(
                    "org.apache.kafka..",
                    "org.apache.avro..",
                    "io.quarkus..",
                    "jakarta..",
                    "io.bulwark.events..",
                    "io.bulwark.schemas..",
                    "io.bulwark.service..");

    @ArchTest
    static final ArchRule encoders_are_what_perception_shows_of_them = Arrows.noneFrom("io.bulwark.lab..")
            .except("io.bulwark.lab.bench..", "io.bulwark.lab.model..")
            .to("ai.djl..", "io.bulwark.perception.torch..", "io.bulwark.perception.torchscript..");

    /** Where there is none, that is the CPU. A command that asks for a CPU shows nowhere, for no machine here has a GPU. */
    @ArchTest
    static final ArchRule experiments_take_the_first_cuda_device = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.bulwark.lab.concepts..",
                    "io.bulwark.lab.evaluate..",
                    "io.bulwark.lab.invert..",
                    "io.bulwark.lab.train..")
            .should()
            .callMethod(EncoderOptions.class, "defaults");

    @ArchTest
    static final ArchRule the_decision_is_perception_s = noClasses()
            .that()
            .resideInAPackage("io.bulwark.lab..")
            .should()
            .callConstructor(Opinion.class, String.class, List.class, Map.class)
            .orShould()
            .callMethod(Thresholds.class, "outcome", double.class);

    @ArchTest
    static final ArchRule only_the_local_node_knows_the_broker_from_inside = Arrows.noneFrom("io.bulwark.lab..")
            .to("kafka..", "org.apache.kafka.server..", "org.apache.kafka.metadata..", "scala..");

    @ArchTest
    static final ArchRule subjects_form_no_cycles =
            slices().matching("io.bulwark.lab.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule nor_do_those_of_attacks =
            slices().matching("io.bulwark.lab.attack.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule what_attacks_share_knows_no_attack =
            Arrows.noneFrom("io.bulwark.lab.attack").to("io.bulwark.lab.attack.*..");

    @ArchTest
    static final ArchRule topics_are_named_by_topic_names = CatalogueNames.ARE_ASKED_OF_TOPIC_NAMES;

    @ArchTest
    static final ArchRule commands_are_named_so = classes()
            .that()
            .resideInAPackage("io.bulwark.lab..")
            .and()
            .areAnnotatedWith(Command.class)
            .should()
            .haveSimpleNameEndingWith("Command");
}
