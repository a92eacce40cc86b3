package io.quipu.acceptance.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.wire.Json;
import org.junit.jupiter.api.Test;

/** What people read of what runs. */
class RunningTableTest {

    private final RunningTable table = new RunningTable();

    private String add(String page) {
        return table.add(Json.shared().readTree(page));
    }

    @Test
    void everyLevelOfEveryPageIsALine() {
        String next = add("""
                {"organization_id":"o","running":[{"resource_id":"r","space_id":"s","consumer_id":"a",
                 "resource_instance_id":"i","plan_id":"p/m/r/c","since":1000,
                 "levels":[{"metric":"memory","level":0.5,"since":2000},{"metric":"disk","level":12}]}],"next":"/x?page=2"}""");
        assertThat(next).isEqualTo("/x?page=2");
        assertThat(add("""
                {"organization_id":"o","running":[],"silent":[{"resource_id":"r","heard_at":3000}]}""")).isNull();
        assertThat(table.text()).isEqualTo("""
                  space  app  resource  plan  instance  metric  since                 level
                  -------------------------------------------------------------------------
                  s      a    r         p     i         memory  1970-01-01T00:00:02Z    0.5
                  s      a    r         p     i         disk    -                        12
                nothing was heard of r since 1970-01-01T00:00:03Z
                """);
    }

    @Test
    void whereNothingRunsItSaysSo() {
        assertThat(add("{\"organization_id\":\"o\",\"running\":[]}")).isNull();
        assertThat(table.text()).isEqualTo("nothing runs\n");
    }
}
