package io.bulwark.lab;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.bulwark.schemas.testing.CatalogueNames;
import picocli.CommandLine.Command;

@AnalyzeClasses(packages = "io.bulwark.lab", importOptions = DoNotIncludeTests.class)
class LabArchitectureTest {

    /** Services are processes here: the lab starts them, and never reaches into them, but for the red team. */
    @ArchTest
    static final ArchRule the_lab_uses_no_class_of_the_services = noClasses()
            .that()
            .resideOutsideOfPackage("io.bulwark.lab.redteam")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.bulwark.service..", "io.bulwark.worker..", "io.bulwark.stream..", "io.quarkus..");

    /** What it measures must be what a worker does, so the worker's parts are its own; it has none of Quarkus. */
    @ArchTest
    static final ArchRule the_red_team_uses_the_worker_s_parts_and_no_framework = noClasses()
            .that()
            .resideInAPackage("io.bulwark.lab.redteam")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.bulwark.stream..", "io.quarkus..", "jakarta..", "ai.djl..");

    @ArchTest
    static final ArchRule nobody_depends_on_the_red_team_but_the_command_line = noClasses()
            .that()
            .resideOutsideOfPackages("io.bulwark.lab", "io.bulwark.lab.redteam")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.bulwark.lab.redteam");

    @ArchTest
    static final ArchRule only_the_local_node_knows_the_broker_from_inside = noClasses()
            .that()
            .resideOutsideOfPackage("io.bulwark.lab.local")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("kafka..", "org.apache.kafka.server..", "org.apache.kafka.metadata..", "scala..");

    @ArchTest
    static final ArchRule what_commands_share_knows_no_subject = noClasses()
            .that()
            .resideInAPackage("io.bulwark.lab.terminal")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.kafka..", "io.bulwark.perception..", "io.bulwark.robustness..", "io.bulwark.events..");

    @ArchTest
    static final ArchRule subjects_form_no_cycles =
            slices().matching("io.bulwark.lab.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule topics_are_named_by_topic_names = CatalogueNames.ARE_ASKED_OF_TOPIC_NAMES;

    @ArchTest
    static final ArchRule commands_are_named_so =
            classes().that().areAnnotatedWith(Command.class).should().haveSimpleNameEndingWith("Command");
}
