package io.bulwark.schemas.testing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;

/** Rules for dependencies that may not be: {@code Arrows.noneFrom("a..").to("b..")}. */
public final class Arrows {

    private final GivenClassesConjunction classes;

    private Arrows(GivenClassesConjunction classes) {
        this.classes = classes;
    }

    /** Of the classes in one of these packages. */
    public static Arrows noneFrom(String... packages) {
        return new Arrows(noClasses().that().resideInAnyPackage(packages));
    }

    /** Of the classes in none of these packages. */
    public static Arrows noneFromOutside(String... packages) {
        return new Arrows(noClasses().that().resideOutsideOfPackages(packages));
    }

    /** But those in these packages. */
    public Arrows except(String... packages) {
        return new Arrows(classes.and().resideOutsideOfPackages(packages));
    }

    /** None depends on a class in one of these packages. */
    public ArchRule to(String... packages) {
        return classes.should().dependOnClassesThat().resideInAnyPackage(packages);
    }
}
