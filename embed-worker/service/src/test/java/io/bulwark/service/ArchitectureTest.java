package io.bulwark.service;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.bulwark.schemas.testing.Arrows;
import io.bulwark.schemas.testing.CatalogueNames;

/** What may depend on what inside the worker. */
@AnalyzeClasses(packages = "io.bulwark.service", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule rooms_depend_on_each_other_in_one_direction = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("pod")
            .definedBy("io.bulwark.service")
            .layer("loop")
            .definedBy("..loop..")
            .layer("pipeline")
            .definedBy("..pipeline..")
            .layer("follow")
            .definedBy("..service.follow..")
            .layer("preview")
            .definedBy("..service.preview..")
            .layer("score")
            .definedBy("..service.score..")
            .layer("fetch")
            .definedBy("..fetch..")
            .layer("telemetry")
            .definedBy("..telemetry..")
            .layer("config")
            .definedBy("..config..")
            .layer("lifecycle")
            .definedBy("..lifecycle..")
            .whereLayer("pod")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("loop")
            .mayOnlyBeAccessedByLayers("pod")
            .whereLayer("pipeline")
            .mayOnlyBeAccessedByLayers("pod", "loop", "score")
            .whereLayer("follow")
            .mayOnlyBeAccessedByLayers("pod", "pipeline")
            .whereLayer("fetch")
            .mayOnlyBeAccessedByLayers("pod", "pipeline", "preview")
            .whereLayer("preview")
            .mayOnlyBeAccessedByLayers("pod")
            .whereLayer("score")
            .mayOnlyBeAccessedByLayers("pod")
            .whereLayer("config")
            .mayOnlyBeAccessedByLayers("pod", "loop", "fetch");

    @ArchTest
    static final ArchRule quarkus_is_known_to_the_pod_and_the_settings_alone = Arrows.noneFromOutside(
                    "io.bulwark.service", "..config..")
            .to("io.quarkus.runtime", "io.quarkus.arc..", "jakarta..", "org.eclipse.microprofile..");

    @ArchTest
    static final ArchRule kafka_clients_are_made_and_used_by_the_loop_the_follower_and_what_answers_over_http_alone =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "..loop..",
                            "..service.follow..",
                            "..service.preview..",
                            "..service.score..",
                            "io.bulwark.service")
                    .should()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("org.apache.kafka.clients.consumer.Consumer")
                    .orShould()
                    .dependOnClassesThat()
                    .resideInAPackage("org.apache.kafka.clients.producer..");

    /** A separate process attacks what workers decided; workers do not depend on it. */
    @ArchTest
    static final ArchRule the_worker_depends_on_nothing_of_the_red_team =
            noClasses().should().dependOnClassesThat().resideInAnyPackage("io.bulwark.cli..", "io.bulwark.lab..");

    @ArchTest
    static final ArchRule the_device_library_is_hidden_behind_the_encoder =
            noClasses().should().dependOnClassesThat().resideInAPackage("ai.djl..");

    @ArchTest
    static final ArchRule the_http_client_is_hidden_behind_the_sources =
            Arrows.noneFromOutside("..fetch..").to("org.apache.hc..");

    @ArchTest
    static final ArchRule logic_asks_an_injected_clock = noClasses()
            .that()
            .doNotHaveSimpleName("NanoClock")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime");

    @ArchTest
    static final ArchRule topics_are_named_by_topic_names = CatalogueNames.ARE_ASKED_OF_TOPIC_NAMES;

    @ArchTest
    static final ArchRule settings_are_an_interface_or_their_check =
            classes().that().haveSimpleNameEndingWith("Config").should().resideInAPackage("..config..");
}
