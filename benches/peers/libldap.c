/* OpenLDAP's libraries: liblber decodes, libldap searches. The arguments and the line printed are those of the
 * programs beside this one, see src/lib.rs. */

#include <lber.h>
#include <ldap.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define BASE "ou=crowd,dc=example,dc=org"
#define PERSON "uid=person000000,ou=crowd,dc=example,dc=org"
#define FILTER "(objectClass=*)"

/* Steps that are timed together; the fastest batch is reported. */
#define BATCH 100

/* The operations of a load that are under way. */
#define LOAD_IN_FLIGHT 64

/* Each with a connection of its own. */
#define THREADS 16

struct visit {
    unsigned long entries, values, octets, mark;
};

struct times {
    long wall, user, system;
};

static void fail(const char *what) {
    fprintf(stderr, "%s\n", what);
    exit(1);
}

static long wall(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000L + now.tv_nsec;
}

static struct times times(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (struct times){
        .wall = wall(),
        .user = usage.ru_utime.tv_sec * 1000000000L + usage.ru_utime.tv_usec * 1000L,
        .system = usage.ru_stime.tv_sec * 1000000000L + usage.ru_stime.tv_usec * 1000L,
    };
}

static long peak_kib(void) {
    char line[256];
    long peak = 0;
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status))
        sscanf(line, "VmHWM: %ld kB", &peak);
    if (status)
        fclose(status);
    return peak;
}

static int compare(const void *left, const void *right) {
    unsigned a = *(const unsigned *)left, b = *(const unsigned *)right;
    return (a > b) - (a < b);
}

static void finish(const char *peer, const char *workload, struct times before, unsigned long operations,
                   const struct visit *seen, long first, double best, unsigned *latencies) {
    struct times now = times();
    unsigned p50 = 0, p99 = 0;
    if (latencies) {
        qsort(latencies, operations, sizeof *latencies, compare);
        p50 = latencies[operations * 50 / 100];
        p99 = latencies[operations * 99 / 100];
    }
    printf("{\"peer\":\"%s\",\"workload\":\"%s\",\"operations\":%lu,\"entries\":%lu,\"values\":%lu,\"octets\":%lu,"
           "\"mark\":%lu,\"wall_ns\":%ld,\"user_ns\":%ld,\"system_ns\":%ld,\"first_ns\":%ld,\"best_ns\":%.1f,"
           "\"p50_ns\":%u,\"p99_ns\":%u,\"peak_kib\":%ld}\n",
           peer, workload, operations, seen->entries, seen->values, seen->octets, seen->mark, now.wall - before.wall,
           now.user - before.user, now.system - before.system, first, best, p50, p99, peak_kib());
}

static void visit_value(struct visit *seen, const struct berval *value) {
    seen->values++;
    seen->octets += value->bv_len;
    seen->mark += value->bv_len ? (unsigned char)value->bv_val[0] : 0;
}

/* The loop that most programs have. */
static void visit_entry(LDAP *ldap, LDAPMessage *entry, struct visit *seen) {
    BerElement *cursor = NULL;
    char *dn = ldap_get_dn(ldap, entry);
    seen->entries++;
    seen->octets += strlen(dn);
    ldap_memfree(dn);
    for (char *name = ldap_first_attribute(ldap, entry, &cursor); name;
         name = ldap_next_attribute(ldap, entry, cursor)) {
        struct berval **values = ldap_get_values_len(ldap, entry, name);
        seen->octets += strlen(name);
        for (int at = 0; values && values[at]; at++)
            visit_value(seen, values[at]);
        ldap_value_free_len(values);
        ldap_memfree(name);
    }
    ber_free(cursor, 0);
}

/* The loop with the fewest copies that the interface has: names and values stay in the message. */
static void visit_entry_in_place(LDAP *ldap, LDAPMessage *entry, struct visit *seen) {
    BerElement *cursor = NULL;
    struct berval dn, name, *values;
    if (ldap_get_dn_ber(ldap, entry, &cursor, &dn) != LDAP_SUCCESS)
        fail("the name of an entry");
    seen->entries++;
    seen->octets += dn.bv_len;
    while (ldap_get_attribute_ber(ldap, entry, cursor, &name, &values) == LDAP_SUCCESS && name.bv_val) {
        seen->octets += name.bv_len;
        for (int at = 0; values && values[at].bv_val; at++)
            visit_value(seen, &values[at]);
        ber_memfree(values);
    }
    ber_free(cursor, 0);
}

static void decode(const unsigned char *octets, size_t length, char *copy, struct visit *seen) {
    /* As large as OpenLDAP's own programs make it. */
    union {
        char octets[256];
        long align;
        void *pointer;
    } space;
    BerElement *ber = (BerElement *)&space;
    struct berval whole = {.bv_len = length, .bv_val = copy}, dn, name, *values;
    ber_tag_t tag;
    ber_int_t id;
    ber_len_t rest;
    /* Decoding in place writes into the octets, so they have to be fresh. */
    memcpy(copy, octets, length);
    ber_init2(ber, &whole, LBER_USE_DER);
    if (ber_scanf(ber, "{it{m{", &id, &tag, &dn) == LBER_ERROR)
        fail("the head of an entry");
    seen->entries++;
    seen->octets += dn.bv_len;
    for (ber_len_t size = sizeof values[0];
         ber_scanf(ber, "{mM}", &name, &values, &size, (ber_len_t)0) != LBER_ERROR; size = sizeof values[0]) {
        seen->octets += name.bv_len;
        for (int at = 0; values && values[at].bv_val; at++)
            visit_value(seen, &values[at]);
        ber_memfree(values);
        ber_get_option(ber, LBER_OPT_BER_REMAINING_BYTES, &rest);
        if (!rest)
            break;
    }
}

static void run_decode(const char *file, unsigned long repeats) {
    unsigned char octets[4096];
    char copy[4096];
    FILE *stream = fopen(file, "rb");
    size_t length = stream ? fread(octets, 1, sizeof octets, stream) : 0;
    if (length < 4 || octets[1] != 0x82)
        fail("the file of octets");
    length = 4 + octets[2] * 256 + octets[3];
    struct visit seen = {0};
    struct times before = times();
    long best = -1;
    for (unsigned long done = 0; done < repeats; done += BATCH) {
        long start = wall();
        for (int at = 0; at < BATCH; at++)
            decode(octets, length, copy, &seen);
        long taken = wall() - start;
        best = best < 0 || taken < best ? taken : best;
    }
    finish("liblber", "decode", before, repeats / BATCH * BATCH, &seen, 0, (double)best / BATCH, NULL);
}

static LDAP *connect_to(const char *address) {
    char url[128];
    int version = LDAP_VERSION3;
    LDAP *ldap;
    snprintf(url, sizeof url, "ldap://%s", address);
    if (ldap_initialize(&ldap, url) != LDAP_SUCCESS)
        fail("a handle");
    ldap_set_option(ldap, LDAP_OPT_PROTOCOL_VERSION, &version);
    struct berval nothing = {0};
    if (ldap_sasl_bind_s(ldap, "", LDAP_SASL_SIMPLE, &nothing, NULL, NULL, NULL) != LDAP_SUCCESS)
        fail("a connection");
    return ldap;
}

static int search(LDAP *ldap, const char *base, int scope) {
    int id;
    if (ldap_search_ext(ldap, base, scope, FILTER, NULL, 0, NULL, NULL, NULL, 0, &id) != LDAP_SUCCESS)
        fail("a search");
    return id;
}

static void run_stream(const char *address, int in_place) {
    LDAP *ldap = connect_to(address);
    struct visit seen = {0};
    struct times before = times();
    long first = 0;
    int id = search(ldap, BASE, LDAP_SCOPE_SUBTREE), type;
    do {
        LDAPMessage *message;
        type = ldap_result(ldap, id, LDAP_MSG_ONE, NULL, &message);
        if (type == LDAP_RES_SEARCH_ENTRY) {
            if (!first)
                first = wall() - before.wall;
            if (in_place)
                visit_entry_in_place(ldap, message, &seen);
            else
                visit_entry(ldap, message, &seen);
        } else if (type != LDAP_RES_SEARCH_RESULT) {
            fail("an entry");
        }
        ldap_msgfree(message);
    } while (type != LDAP_RES_SEARCH_RESULT);
    finish(in_place ? "libldap-in-place" : "libldap", "stream", before, 1, &seen, first, 0, NULL);
}

static void run_base(const char *address, unsigned long operations, unsigned long in_flight) {
    LDAP *ldap = connect_to(address);
    struct visit seen = {0};
    unsigned *latencies = calloc(operations, sizeof *latencies);
    /* When the request with this id went out; ids grow by one. */
    long *starts = calloc(operations + in_flight + 16, sizeof *starts);
    unsigned long begun = 0, ended = 0;
    char workload[32];
    snprintf(workload, sizeof workload, "base-%lu", in_flight);
    struct times before = times();
    while (ended < operations) {
        for (; begun < operations && begun - ended < in_flight; begun++) {
            long start = wall();
            starts[search(ldap, PERSON, LDAP_SCOPE_BASE)] = start;
        }
        LDAPMessage *chain;
        if (ldap_result(ldap, LDAP_RES_ANY, LDAP_MSG_ALL, NULL, &chain) != LDAP_RES_SEARCH_RESULT)
            fail("a result");
        visit_entry(ldap, ldap_first_entry(ldap, chain), &seen);
        latencies[ended++] = (unsigned)(wall() - starts[ldap_msgid(chain)]);
        ldap_msgfree(chain);
    }
    finish("libldap", workload, before, operations, &seen, 0, 0, latencies);
}

/* Puts an attribute of one value into the place for it. */
static void put(LDAPMod *change, char **values, int operation, char *name, char *value) {
    values[0] = value;
    values[1] = NULL;
    change->mod_op = operation;
    change->mod_type = name;
    change->mod_values = values;
}

/* Sends the request that writes an entry; see load_attributes in src/lib.rs. */
static int write_entry(LDAP *ldap, char kind, unsigned long number) {
    static char *names[] = {"objectClass", "uid", "cn", "sn", "givenName", "mail", "telephoneNumber", "description"};
    char texts[8][96], dn[96], *values[8][2];
    LDAPMod changes[8], *list[9] = {NULL};
    int id, code;
    snprintf(dn, sizeof dn, "uid=user%07lu,ou=bulk,dc=example,dc=org", number);
    if (kind == 'a') {
        snprintf(texts[0], sizeof texts[0], "inetOrgPerson");
        snprintf(texts[1], sizeof texts[1], "user%07lu", number);
        snprintf(texts[2], sizeof texts[2], "Bulk User %07lu", number);
        snprintf(texts[3], sizeof texts[3], "User %07lu", number);
        snprintf(texts[4], sizeof texts[4], "Bulk");
        snprintf(texts[5], sizeof texts[5], "user%07lu@mail.example.org", number);
        snprintf(texts[6], sizeof texts[6], "+44 20 %08lu", number);
        snprintf(texts[7], sizeof texts[7], "an entry of the load that is measured, number %07lu", number);
        for (int at = 0; at < 8; at++) {
            put(&changes[at], values[at], LDAP_MOD_ADD, names[at], texts[at]);
            list[at] = &changes[at];
        }
        code = ldap_add_ext(ldap, dn, list, NULL, NULL, &id);
    } else if (kind == 'm') {
        snprintf(texts[0], sizeof texts[0], "it has been changed, number %07lu", number);
        put(&changes[0], values[0], LDAP_MOD_REPLACE, "description", texts[0]);
        list[0] = &changes[0];
        code = ldap_modify_ext(ldap, dn, list, NULL, NULL, &id);
    } else {
        code = ldap_delete_ext(ldap, dn, NULL, NULL, &id);
    }
    if (code != LDAP_SUCCESS)
        fail("a request");
    return id;
}

static void run_load(const char *kind, const char *server, const char *address, unsigned long operations) {
    LDAP *ldap = connect_to(address);
    struct berval password = {.bv_len = 6, .bv_val = "secret"};
    if (ldap_sasl_bind_s(ldap, "cn=admin,dc=example,dc=org", LDAP_SASL_SIMPLE, &password, NULL, NULL, NULL))
        fail("a bind");
    unsigned long begun = 0, ended = 0;
    char workload[64];
    struct visit seen = {0};
    snprintf(workload, sizeof workload, "%s-%s", kind, server);
    struct times before = times();
    while (ended < operations) {
        for (; begun < operations && begun - ended < LOAD_IN_FLIGHT; begun++)
            write_entry(ldap, kind[0], begun);
        LDAPMessage *answer;
        int code;
        if (ldap_result(ldap, LDAP_RES_ANY, LDAP_MSG_ONE, NULL, &answer) <= 0)
            fail("a result");
        if (ldap_parse_result(ldap, answer, &code, NULL, NULL, NULL, NULL, 1) != LDAP_SUCCESS || code != LDAP_SUCCESS)
            fail("success");
        ended++;
    }
    finish("libldap", workload, before, operations, &seen, 0, 0, NULL);
}

/* What one of several threads does: so many reads of one entry, so many at a time, on a connection of its own. */
struct worker {
    pthread_t thread;
    const char *address;
    unsigned long operations, in_flight;
    struct visit seen;
};

static void *work(void *argument) {
    struct worker *self = argument;
    LDAP *ldap = connect_to(self->address);
    unsigned long begun = 0, ended = 0;
    while (ended < self->operations) {
        for (; begun < self->operations && begun - ended < self->in_flight; begun++)
            search(ldap, PERSON, LDAP_SCOPE_BASE);
        LDAPMessage *chain;
        if (ldap_result(ldap, LDAP_RES_ANY, LDAP_MSG_ALL, NULL, &chain) != LDAP_RES_SEARCH_RESULT)
            fail("a result");
        visit_entry(ldap, ldap_first_entry(ldap, chain), &self->seen);
        ended++;
        ldap_msgfree(chain);
    }
    return NULL;
}

/* Many who wait are the pool's way; here each thread has as many requests under way as a connection of a pool. */
static void run_threads(const char *server, const char *address, const char *tasks, unsigned long operations) {
    struct worker workers[THREADS];
    struct visit seen = {0};
    char workload[64];
    snprintf(workload, sizeof workload, "pool-%s-%s", server, tasks);
    struct times before = times();
    for (int at = 0; at < THREADS; at++) {
        workers[at] = (struct worker){.address = address, .operations = operations / THREADS, .in_flight = 64};
        if (pthread_create(&workers[at].thread, NULL, work, &workers[at]))
            fail("a thread");
    }
    for (int at = 0; at < THREADS; at++) {
        pthread_join(workers[at].thread, NULL);
        seen.entries += workers[at].seen.entries;
        seen.values += workers[at].seen.values;
        seen.octets += workers[at].seen.octets;
        seen.mark += workers[at].seen.mark;
    }
    finish("libldap, 16 threads", workload, before, operations / THREADS * THREADS, &seen, 0, 0, NULL);
}

int main(int count, char **words) {
    if (count == 4 && !strcmp(words[1], "decode"))
        run_decode(words[2], strtoul(words[3], NULL, 10));
    else if (count == 3 && !strcmp(words[1], "stream"))
        run_stream(words[2], 0);
    else if (count == 3 && !strcmp(words[1], "stream-in-place"))
        run_stream(words[2], 1);
    else if (count == 5 && !strcmp(words[1], "base"))
        run_base(words[2], strtoul(words[3], NULL, 10), strtoul(words[4], NULL, 10));
    else if (count >= 6 && !strcmp(words[1], "load"))
        run_load(words[2], words[3], words[4], strtoul(words[5], NULL, 10));
    else if (count == 6 && !strcmp(words[1], "search"))
        run_threads(words[2], words[3], words[4], strtoul(words[5], NULL, 10));
    else
        fail("decode FILE REPEATS, stream ADDRESS, stream-in-place ADDRESS, base ADDRESS OPERATIONS IN_FLIGHT, "
             "load KIND SERVER ADDRESS OPERATIONS, search SERVER ADDRESS TASKS OPERATIONS");
    return 0;
}
