package io.quipu.reporting;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be configured under {@code quipu.audit}.
 *
 * @param maxConcurrent audits made at a time; one more is answered 503
 * @param maxUsages usages that an organization may have in the audited month, about 80 bytes of memory each; more is
 *     answered 422
 * @param maxFigures figures that its documents of that month may have, about 250 bytes of memory each; more is answered 422
 */
@ConfigurationProperties("quipu.audit")
public record AuditProperties(@DefaultValue("1") int maxConcurrent, @DefaultValue("500000") int maxUsages,
        @DefaultValue("200000") int maxFigures) {
}
