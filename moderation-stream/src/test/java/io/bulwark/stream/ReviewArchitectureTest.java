package io.bulwark.stream;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.bulwark.stream.database.Database;
import org.jdbi.v3.core.HandleCallback;

/** The rooms of people's work. */
@AnalyzeClasses(packages = "io.bulwark.stream", importOptions = ImportOption.DoNotIncludeTests.class)
class ReviewArchitectureTest {

    @ArchTest
    static final ArchRule roomsKnowOnlyThoseBeforeThem = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("database")
            .definedBy("io.bulwark.stream.database")
            .layer("auditlog")
            .definedBy("io.bulwark.stream.auditlog")
            .layer("review")
            .definedBy("io.bulwark.stream.review")
            .layer("queue")
            .definedBy("io.bulwark.stream.review.queue")
            .layer("casebook")
            .definedBy("io.bulwark.stream.review.casebook")
            .layer("bank")
            .definedBy("io.bulwark.stream.review.bank")
            .layer("decide")
            .definedBy("io.bulwark.stream.review.decide")
            .layer("intake")
            .definedBy("io.bulwark.stream.review.intake")
            .layer("watch")
            .definedBy("io.bulwark.stream.review.watch")
            .layer("api")
            .definedBy("io.bulwark.stream.review.api")
            .whereLayer("api")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("watch")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("intake")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("decide")
            .mayOnlyBeAccessedByLayers("api")
            .whereLayer("bank")
            .mayOnlyBeAccessedByLayers("decide", "api")
            .whereLayer("casebook")
            .mayOnlyBeAccessedByLayers("intake", "api")
            .whereLayer("queue")
            .mayOnlyBeAccessedByLayers("casebook", "decide", "intake", "api")
            .whereLayer("auditlog")
            .mayOnlyBeAccessedByLayers("queue", "decide", "api");

    @ArchTest
    static final ArchRule nothingThatAnswersAPersonWorksAcrossTenants = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.bulwark.stream.review.api",
                    "io.bulwark.stream.review.queue",
                    "io.bulwark.stream.review.bank",
                    "io.bulwark.stream.review.casebook")
            .should()
            .callMethod(Database.class, "acrossTenants", HandleCallback.class);
}
