package io.bulwark.perception;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import io.bulwark.perception.verdict.ScoredImage.Opinion;
import java.util.List;
import java.util.Map;

/** The module's place in the design: a plain library that decides, its packages without cycles, DJL in one of them. */
@AnalyzeClasses(packages = "io.bulwark.perception", importOptions = ImportOption.DoNotIncludeTests.class)
class PerceptionArchitectureTest {

    @ArchTest
    static final ArchRule KNOWS_NOTHING_OF_STREAMS_FRAMEWORKS_OR_EVENTS = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.kafka..",
                    "org.apache.avro..",
                    "io.quarkus..",
                    "jakarta..",
                    "io.bulwark.events..",
                    "io.bulwark.schemas..",
                    "io.bulwark.cli..",
                    "io.bulwark.service..",
                    "io.bulwark.lab..");

    @ArchTest
    static final ArchRule ROOMS_DO_NOT_DEPEND_ON_EACH_OTHER_IN_CIRCLES =
            slices().matching("io.bulwark.perception.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NEITHER_DO_THE_ROOMS_OF_MODEL =
            slices().matching("io.bulwark.perception.model.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule DJL_IS_KNOWN_TO_TORCH_ALONE = noClasses()
            .that()
            .resideOutsideOfPackage("io.bulwark.perception.torch..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.djl..");

    @ArchTest
    static final ArchRule ONNX_RUNTIME_IS_KNOWN_TO_ONNX_ALONE = noClasses()
            .that()
            .resideOutsideOfPackage("io.bulwark.perception.onnx..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.onnxruntime..");

    @ArchTest
    static final ArchRule TORCH_IS_KNOWN_TO_PACKAGES_AND_TO_THE_PRODUCTS_OF_ROWS_ALONE = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "io.bulwark.perception.torch..", "io.bulwark.perception.model", "io.bulwark.perception.rows")
            // It measures a bank beside libtorch's own product.
            .and()
            .doNotHaveFullyQualifiedName("io.bulwark.perception.bank.KnnBenchmark")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.bulwark.perception.torch..");

    @ArchTest
    static final ArchRule ENCODERS_ARE_SEEN_WITHOUT_PACKAGES_OR_LIBTORCH = noClasses()
            .that()
            .resideInAPackage("io.bulwark.perception.encoder..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.bulwark.perception.model..", "io.bulwark.perception.torch..", "io.bulwark.perception.onnx..");

    @ArchTest
    static final ArchRule KNOWN_CONTENT_IS_FOUND_WITHOUT_AN_ENCODER_OR_A_POLICY = noClasses()
            .that()
            .resideInAPackage("io.bulwark.perception.hash..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.bulwark.perception.encoder..",
                    "io.bulwark.perception.model..",
                    "io.bulwark.perception.torch..",
                    "io.bulwark.perception.bank..",
                    "io.bulwark.perception.verdict..");

    @ArchTest
    static final ArchRule FORMATS_ARE_READ_BELOW_THE_MODELS_THAT_USE_THEM = classes()
            .that()
            .resideInAPackage("io.bulwark.perception.safetensors..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "com.fasterxml.jackson..", "io.bulwark.perception.safetensors..");

    @ArchTest
    static final ArchRule A_PICKLE_IS_READ_BY_NOTHING_BUT_THE_JDK = classes()
            .that()
            .resideInAPackage("io.bulwark.perception.pickle..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "io.bulwark.perception.pickle..", "io.bulwark.perception.safetensors..");

    @ArchTest
    static final ArchRule PICKLES_ARE_FOR_IMPORTS_ALONE = noClasses()
            .that()
            .resideOutsideOfPackages("io.bulwark.perception.pickle..", "io.bulwark.perception.model.checkpoint..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.bulwark.perception.pickle..");

    /**
     * Every decision goes through it; only this package gives opinions, weighs them and compares them with
     * thresholds.
     */
    @ArchTest
    static final ArchRule ONE_TYPE_DECIDES = noClasses()
            .that()
            .resideOutsideOfPackage("io.bulwark.perception.verdict..")
            .should()
            .callConstructor(Opinion.class, String.class, List.class, Map.class)
            .orShould()
            .callMethod(Thresholds.class, "outcome", double.class);
}
