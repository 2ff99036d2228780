package io.bulwark.stream;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.bulwark.schemas.testing.CatalogueNames;

@AnalyzeClasses(packages = "io.bulwark.stream", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String[] PROCESSORS = {
        "io.bulwark.stream.decision",
        "io.bulwark.stream.uploader",
        "io.bulwark.stream.audit",
        "io.bulwark.stream.flagged",
        "io.bulwark.stream.campaign"
    };

    private static final String[] KAFKA_ONLY = {
        "io.bulwark.stream.topology",
        "io.bulwark.stream.state",
        "io.bulwark.stream.decision",
        "io.bulwark.stream.uploader",
        "io.bulwark.stream.audit",
        "io.bulwark.stream.flagged",
        "io.bulwark.stream.campaign"
    };

    @ArchTest
    static final ArchRule packagesKnowOnlyEarlierOnes = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("state")
            .definedBy("io.bulwark.stream.state")
            .layer("processors")
            .definedBy(PROCESSORS)
            .layer("topology")
            .definedBy("io.bulwark.stream.topology")
            .layer("settings")
            .definedBy("io.bulwark.stream")
            .layer("runtime")
            .definedBy("io.bulwark.stream.runtime")
            .layer("access")
            .definedBy("io.bulwark.stream.access")
            .layer("order")
            .definedBy("io.bulwark.stream.order")
            .layer("document")
            .definedBy("io.bulwark.stream.document")
            .layer("query")
            .definedBy("io.bulwark.stream.query")
            .layer("feed")
            .definedBy("io.bulwark.stream.feed")
            .layer("picture")
            .definedBy("io.bulwark.stream.picture")
            .layer("outbound")
            .definedBy("io.bulwark.stream.outbound")
            .layer("api")
            .definedBy("io.bulwark.stream.api")
            .whereLayer("api")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("access")
            .mayOnlyBeAccessedByLayers("api")
            .whereLayer("outbound")
            .mayOnlyBeAccessedByLayers("settings", "api")
            .whereLayer("picture")
            .mayOnlyBeAccessedByLayers("outbound", "api")
            .whereLayer("order")
            .mayOnlyBeAccessedByLayers("api")
            .whereLayer("feed")
            .mayOnlyBeAccessedByLayers("api")
            .whereLayer("query")
            .mayOnlyBeAccessedByLayers("api")
            .whereLayer("document")
            .mayOnlyBeAccessedByLayers("query", "feed", "outbound", "picture", "api")
            .whereLayer("runtime")
            .mayOnlyBeAccessedByLayers("query", "feed", "outbound", "api")
            .whereLayer("topology")
            .mayOnlyBeAccessedByLayers("settings", "runtime")
            .whereLayer("processors")
            .mayOnlyBeAccessedByLayers("topology", "settings", "runtime", "query", "order", "api");

    @ArchTest
    static final ArchRule topologyAndProcessorsKnowKafkaAndTheSchemasOnly = classes()
            .that()
            .resideInAnyPackage(KAFKA_ONLY)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "javax.crypto..",
                    "org.apache.avro..",
                    "org.apache.kafka..",
                    "io.bulwark.events..",
                    "io.bulwark.schemas..",
                    "io.bulwark.stream.topology",
                    "io.bulwark.stream.state",
                    "io.bulwark.stream.decision",
                    "io.bulwark.stream.uploader",
                    "io.bulwark.stream.audit",
                    "io.bulwark.stream.flagged",
                    "io.bulwark.stream.campaign");

    @ArchTest
    static final ArchRule nothingHereKnowsThePerceptionOrTheWorker = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.bulwark.perception..", "io.bulwark.service..", "ai.djl..");

    @ArchTest
    static final ArchRule topicsAreNamedByTopicNames = CatalogueNames.ARE_ASKED_OF_TOPIC_NAMES;

    @ArchTest
    static final ArchRule nothingWritesToStandardStreams = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

    @ArchTest
    static final ArchRule nothingUsesJavaUtilLogging = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
}
