package io.bulwark.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.bulwark.schemas.testing.Arrows;
import io.bulwark.schemas.testing.CatalogueNames;
import picocli.CommandLine.Command;

@AnalyzeClasses(packages = "io.bulwark.cli", importOptions = DoNotIncludeTests.class)
class CliArchitectureTest {

    /** Services are processes here: the command line starts them, and never reaches into them. */
    @ArchTest
    static final ArchRule the_command_line_uses_no_class_of_the_services = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.bulwark.service..", "io.bulwark.worker..", "io.bulwark.stream..", "io.quarkus..");

    @ArchTest
    static final ArchRule only_the_local_node_knows_the_broker_from_inside = Arrows.noneFromOutside(
                    "io.bulwark.cli.local")
            .to("kafka..", "org.apache.kafka.server..", "org.apache.kafka.metadata..", "scala..");

    @ArchTest
    static final ArchRule what_commands_share_knows_no_subject = Arrows.noneFrom("io.bulwark.cli.terminal")
            .to("org.apache.kafka..", "io.bulwark.perception..", "io.bulwark.events..");

    @ArchTest
    static final ArchRule subjects_form_no_cycles =
            slices().matching("io.bulwark.cli.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule topics_are_named_by_topic_names = CatalogueNames.ARE_ASKED_OF_TOPIC_NAMES;

    @ArchTest
    static final ArchRule commands_are_named_so =
            classes().that().areAnnotatedWith(Command.class).should().haveSimpleNameEndingWith("Command");
}
