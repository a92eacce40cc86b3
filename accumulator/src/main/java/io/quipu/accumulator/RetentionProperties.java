package io.quipu.accumulator;

import io.quipu.common.time.Retention;
import java.time.Period;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * For how many whole months after the end of theirs the documents of windows are kept; {@code P0M} for ever.
 *
 * @param instances those of instances: by default as long as the log, with which an audit compares them
 */
@ConfigurationProperties("quipu.retention")
record RetentionProperties(@DefaultValue("P13M") Period instances) {

    private static final String INSTANCES = "instances";

    /**
     * What is kept.
     *
     * @throws InvalidConfigurationPropertyValueException when the period is not possible
     */
    Retention retention() {
        try {
            return Retention.of(INSTANCES, instances);
        } catch (IllegalArgumentException e) {
            throw new InvalidConfigurationPropertyValueException("quipu.retention." + INSTANCES, instances, e.getMessage());
        }
    }
}
