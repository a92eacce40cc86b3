package io.quipu.aggregator;

import io.quipu.common.time.Retention;
import java.time.Period;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * For how many whole months after the end of theirs the documents of windows are kept; {@code P0M} for ever.
 *
 * @param consumers those of consumers: by default as long as a report as of a year ago, which looks another year back, needs them
 * @param organizations those of organizations, what bills are made of: by default as long as books are kept
 */
@ConfigurationProperties("quipu.retention")
record RetentionProperties(@DefaultValue("P25M") Period consumers, @DefaultValue("P120M") Period organizations) {

    /**
     * What is kept.
     *
     * @throws InvalidConfigurationPropertyValueException when a period is not possible
     */
    KeptTotals keptTotals() {
        Retention ofConsumers = retention("consumers", consumers);
        Retention ofOrganizations = retention("organizations", organizations);
        try {
            return new KeptTotals(ofConsumers, ofOrganizations);
        } catch (IllegalArgumentException e) {
            throw new InvalidConfigurationPropertyValueException(ofConsumers.property(), consumers, e.getMessage());
        }
    }

    private static Retention retention(String documents, Period period) {
        try {
            return Retention.of(documents, period);
        } catch (IllegalArgumentException e) {
            throw new InvalidConfigurationPropertyValueException("quipu.retention." + documents, period, e.getMessage());
        }
    }
}
