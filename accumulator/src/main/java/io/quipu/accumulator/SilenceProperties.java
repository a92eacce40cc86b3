package io.quipu.accumulator;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When a provider is taken for silent.
 *
 * @param silenceAfter how long nothing may be accepted of a resource of which something runs
 */
@ConfigurationProperties("quipu")
record SilenceProperties(@DefaultValue("P1D") Duration silenceAfter) {

    SilenceProperties {
        if (silenceAfter.isNegative() || silenceAfter.isZero()) {
            throw new IllegalArgumentException("quipu.silence-after " + silenceAfter + " is not above zero");
        }
    }
}
