package io.quipu.acceptance.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.wire.Json;
import org.junit.jupiter.api.Test;

/** What people read of an audit. */
class AuditTextTest {

    private static String text(String audit) {
        return AuditText.of(Json.shared().readTree(audit.replace('\'', '"')));
    }

    @Test
    void aCleanAuditSaysSoFirst() {
        assertThat(text("""
                {'organization_id':'acme','month':'2026-11','verdict':'clean','usages':12,'duplicates':2,'rejected':1,
                 'documents':6,'figures':40,'difference_count':0,'differences':[],'partition':3,'cursor':65540}"""))
                .isEqualTo("""
                organization acme, 2026-11: clean
                12 processed usages in the log, of which 2 duplicates and 1 rejected
                40 figures in 6 documents compared: every one is what the log adds up to
                """);
    }

    @Test
    void aDifferenceSaysWhereWhatAndWhy() {
        assertThat(text("""
                {'organization_id':'acme','month':'2026-11','verdict':'different','usages':12,'duplicates':2,'rejected':1,
                 'documents':6,'figures':40,'difference_count':3,'partition':3,'cursor':65540,'differences':[
                  {'level':'space','document':'organization/acme/2026-11-21','space_id':'shop','resource_id':'r',
                   'plan_id':'p/m/r/c','metric':'calls','window':'2026-11-21','hour':5,'field':'quantity','stored':7,'audited':4.5,
                   'explained_by':[{'position':65536,'location':'/v1/u','how':'counted_twice'}]},
                  {'level':'consumer','document':'k','space_id':'shop','consumer_id':'app','window':'2026-11','field':'document',
                   'audited':'present','explained_by':[{'position':65537,'how':'latest'}]}]}"""))
                .isEqualTo("""
                organization acme, 2026-11: different
                12 processed usages in the log, of which 2 duplicates and 1 rejected
                40 figures in 6 documents compared: 3 differ

                1. quantity of the space, shop, r, p/m/r/c, calls, 2026-11-21, hour 5
                   stored     7
                   should be  4.5
                   as if this had been counted twice:  /v1/u

                2. document of the consumer, shop, app, 2026-11
                   stored     (nothing)
                   should be  present
                   among the last that went into it:  position 65537
                and 1 more
                """);
    }
}
