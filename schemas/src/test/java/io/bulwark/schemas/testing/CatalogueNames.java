package io.bulwark.schemas.testing;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.lang.ArchRule;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import java.util.Set;

/**
 * Holds production code to {@link TopicNames}: the catalogue's name is another than the broker's where a prefix is set.
 */
public final class CatalogueNames {

    private static final Set<String> OF_THE_CATALOGUE = Set.of("topicName", "named");

    /** For the architecture test of each module that uses Kafka. */
    public static final ArchRule ARE_ASKED_OF_TOPIC_NAMES = noClasses()
            .that()
            .resideOutsideOfPackage("io.bulwark.schemas.topic")
            .should()
            .accessTargetWhere(areNamesOfTheCatalogue());

    private CatalogueNames() {}

    private static DescribedPredicate<JavaAccess<?>> areNamesOfTheCatalogue() {
        return describe(
                "are names of the catalogue",
                access -> access.getTargetOwner().isEquivalentTo(Topics.class)
                        && OF_THE_CATALOGUE.contains(access.getName()));
    }
}
