package io.bulwark.stream;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.bulwark.stream.database.Database;
import org.jdbi.v3.core.HandleCallback;

/** The packages of people's work. */
@AnalyzeClasses(packages = "io.bulwark.stream", importOptions = ImportOption.DoNotIncludeTests.class)
class ReviewArchitectureTest {

    @ArchTest
    static final ArchRule packagesKnowOnlyThoseBeforeThem = layeredArchitecture()
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
