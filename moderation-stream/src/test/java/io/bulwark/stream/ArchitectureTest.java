package io.bulwark.stream;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
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
import io.bulwark.stream.database.Database;
import org.jdbi.v3.core.HandleCallback;

/** The packages of decisions and of the work of people, imported once. */
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

    @ArchTest
    static final ArchRule packagesOfReviewKnowOnlyEarlierOnes = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("database")
            .definedBy("io.bulwark.stream.database")
            .layer("auditlog")
            .definedBy("io.bulwark.stream.auditlog")
            .layer("picture")
            .definedBy("io.bulwark.stream.picture")
            .layer("promise")
            .definedBy("io.bulwark.stream.promise")
            .layer("policy")
            .definedBy("io.bulwark.stream.policy")
            .layer("review")
            .definedBy("io.bulwark.stream.review")
            .layer("evidence")
            .definedBy("io.bulwark.stream.review.evidence")
            .layer("intake")
            .definedBy("io.bulwark.stream.review.intake")
            .layer("account")
            .definedBy("io.bulwark.stream.account")
            .layer("childsafety")
            .definedBy("io.bulwark.stream.childsafety")
            .layer("api")
            .definedBy("io.bulwark.stream.api")
            .whereLayer("childsafety")
            .mayOnlyBeAccessedByLayers("api")
            .whereLayer("api")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("review")
            .mayOnlyBeAccessedByLayers("evidence", "intake", "account", "childsafety", "api")
            .whereLayer("evidence")
            .mayOnlyBeAccessedByLayers("intake", "childsafety", "api")
            .whereLayer("intake")
            .mayOnlyBeAccessedByLayers("childsafety")
            .whereLayer("account")
            .mayOnlyBeAccessedByLayers("api")
            .whereLayer("picture")
            .mayOnlyBeAccessedByLayers("evidence", "intake", "childsafety", "api")
            .whereLayer("promise")
            .mayOnlyBeAccessedByLayers("policy", "review", "intake", "api")
            .whereLayer("policy")
            .mayOnlyBeAccessedByLayers("review", "intake", "api")
            .whereLayer("auditlog")
            .mayOnlyBeAccessedByLayers(
                    "picture", "promise", "policy", "review", "intake", "account", "childsafety", "api");

    @ArchTest
    static final ArchRule onlyJobsWorkAcrossTenants = noClasses()
            .that()
            .resideInAnyPackage("io.bulwark.stream.api", "io.bulwark.stream.picture")
            .or()
            .resideInAnyPackage(
                    "io.bulwark.stream.review..",
                    "io.bulwark.stream.promise",
                    "io.bulwark.stream.policy",
                    "io.bulwark.stream.account",
                    "io.bulwark.stream.childsafety")
            .and()
            .haveNameNotMatching(
                    ".*[.$](AccountActions|AccountRetention|CaseFiles|CaseMeters|CaseReports|CaseRetention|RestrictedCases"
                            + "|EvidenceKeeper|IdenticalCopies|IntakeLoop|Outbox|OutboxPublisher|DriftWatch|PromiseWatch|QueueRouting|Retention|ReviewMeters)(\\$.*)?")
            .should()
            .callMethod(Database.class, "acrossTenants", HandleCallback.class);

    /** A file of a case is opened where its report is sent, and nowhere else. */
    @ArchTest
    static final ArchRule onlyTheReportOpensAFile = noClasses()
            .that()
            .haveNameNotMatching(".*\\.CaseReports(\\$.*)?")
            .should()
            .callMethodWhere(target(name("open")).and(target(owner(name("io.bulwark.stream.childsafety.CaseFiles")))));
}
