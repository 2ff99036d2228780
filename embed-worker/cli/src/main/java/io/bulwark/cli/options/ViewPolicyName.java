package io.bulwark.cli.options;

import io.bulwark.imaging.preprocess.ViewPolicy;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** View policies by the names of the worker's setting {@code bulwark.views.policy}. */
public final class ViewPolicyName implements ITypeConverter<ViewPolicy> {

    @Override
    public ViewPolicy convert(String name) {
        for (ViewPolicy policy : ViewPolicy.values()) {
            if (policy.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(name)) {
                return policy;
            }
        }
        throw new TypeConversionException("'" + name + "' is none of cover, squash and center-crop");
    }
}
