package io.bulwark.deploy.kubernetes;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.AnnotationBasedArgumentsProvider;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** A test that takes an {@link Overlay} and runs once for each; kubectl renders each once for all tests. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest(name = "{0}")
@ArgumentsSource(ForEveryOverlay.Rendered.class)
@interface ForEveryOverlay {

    /** Names of overlays that the test says nothing about. */
    String[] except() default {};

    /** The rendered ones, kept for as long as the tests run. */
    final class Rendered extends AnnotationBasedArgumentsProvider<ForEveryOverlay> {

        @Override
        protected Stream<? extends Arguments> provideArguments(
                ParameterDeclarations parameters, ExtensionContext context, ForEveryOverlay wanted) {
            var store = context.getRoot().getStore(Namespace.create(Rendered.class));
            return Overlay.NAMES.stream()
                    .filter(name -> !List.of(wanted.except()).contains(name))
                    .map(name -> store.computeIfAbsent(name, Overlay::render, Overlay.class))
                    .map(Arguments::of);
        }
    }
}
