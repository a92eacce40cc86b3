package io.quipu.acceptance.process;

/**
 * One of the instances of a service.
 *
 * @param service the service's name
 * @param number from 1 to {@link Ports#MAX_INSTANCES}
 */
public record Instance(String service, int number) {

    /** Numbers beyond those that have ports are refused. */
    public Instance {
        if (number < 1 || number > Ports.MAX_INSTANCES) {
            throw new IllegalArgumentException("an instance is numbered from 1 to " + Ports.MAX_INSTANCES + ", not " + number);
        }
    }

    /** What it is called, and its data, its log and its process id are: the first is called as the service is. */
    public String name() {
        return number == 1 ? service : service + "-" + number;
    }
}
