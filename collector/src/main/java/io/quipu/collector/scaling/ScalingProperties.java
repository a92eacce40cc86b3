package io.quipu.collector.scaling;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * How the autoscaler is told, where one is bound: {@code quipu.scaling}.
 *
 * @param interval from the end of a report to the next
 * @param timeout to connect to the autoscaler, and without a byte of its answer
 * @param apps the GUIDs of other applications that are to be scaled by what this one reports, such as the stages
 */
@ConfigurationProperties("quipu.scaling")
record ScalingProperties(@DefaultValue("PT40S") Duration interval, @DefaultValue("PT5S") Duration timeout,
        @DefaultValue List<String> apps) {

    /** The longest interval, and the longest timeout. */
    static final Duration LONGEST = Duration.ofHours(1);

    ScalingProperties {
        apps = apps.stream().map(String::strip).filter(app -> !app.isEmpty()).toList();
        positive("interval", interval);
        positive("timeout", timeout);
        for (String app : apps) {
            if (!guid(app)) {
                throw new InvalidConfigurationPropertyValueException("quipu.scaling.apps", app,
                        "each must be the GUID of an application, as cf app NAME --guid prints it");
            }
        }
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero() || value.compareTo(LONGEST) > 0) {
            throw new InvalidConfigurationPropertyValueException("quipu.scaling." + name, value,
                    "it must be above zero and at most " + LONGEST);
        }
    }

    private static boolean guid(String text) {
        try {
            return UUID.fromString(text).toString().equalsIgnoreCase(text);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
