/*
 * A switch that holds every frame for a while, for kernels without netem.
 *
 *   relay switch DELAY_US PORT...   switches frames among these devices of its namespace, each DELAY_US later
 *   relay plain DEVICE              has the kernel finish checksums and cut packets before the device: a frame that is read
 *                                   from a packet socket and written again must be whole
 *
 * Frames leave through the port's queue discipline, as they would through a bridge: where that is full, they are lost.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define MAX_PORTS 80
#define MAX_FRAME 2048
#define BATCH 64
/* Frames on their way; a power of two. 32 MB: more than 250 Mbit/s for a second. */
#define HELD 16384
#define TICK_NS 500000
/* Room for what waits in the queue discipline, which counts against the socket. */
#define SEND_BYTES (8 << 20)
#define RECEIVE_BYTES (8 << 20)

struct frame {
  int64_t due_ns;
  uint16_t length;
  int8_t from;
  /* -1: to all others. */
  int8_t to;
  uint8_t bytes[MAX_FRAME];
};

struct port {
  int fd;
  int known;
  uint8_t mac[ETH_ALEN];
};

static struct frame held[HELD];
static uint32_t head, tail;
static struct port ports[MAX_PORTS];
static int port_count;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int open_port(const char *device) {
  int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, htons(ETH_P_ALL));
  if (fd < 0) fail("socket");
  int index = (int)if_nametoindex(device);
  if (index == 0) fail(device);
  int on = 1, room = SEND_BYTES, in = RECEIVE_BYTES;
  struct packet_mreq promiscuous = {.mr_ifindex = index, .mr_type = PACKET_MR_PROMISC};
  struct sockaddr_ll here = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = index};
  if (setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on) < 0) fail("PACKET_IGNORE_OUTGOING");
  if (setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &promiscuous, sizeof promiscuous) < 0) fail("promiscuous");
  if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room) < 0) fail("SO_SNDBUFFORCE");
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &in, sizeof in) < 0) fail("SO_RCVBUFFORCE");
  if (bind(fd, (struct sockaddr *)&here, sizeof here) < 0) fail("bind");
  return fd;
}

/* One host stands behind each port: its last address is its address. */
static int port_of(const uint8_t *mac) {
  if (mac[0] & 1) return -1;
  for (int i = 0; i < port_count; i++)
    if (ports[i].known && memcmp(ports[i].mac, mac, ETH_ALEN) == 0) return i;
  return -1;
}

static void take(int from, int64_t delay_ns) {
  struct mmsghdr messages[BATCH];
  struct iovec parts[BATCH];
  for (;;) {
    int room = HELD - (int)(tail - head);
    int want = room < BATCH ? room : BATCH;
    if (want == 0) {
      /* Nowhere to hold it: lost. */
      uint8_t lost[MAX_FRAME];
      if (recv(ports[from].fd, lost, sizeof lost, 0) < 0) return;
      continue;
    }
    for (int i = 0; i < want; i++) {
      struct frame *frame = &held[(tail + (uint32_t)i) % HELD];
      parts[i] = (struct iovec){frame->bytes, MAX_FRAME};
      messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
    }
    int count = recvmmsg(ports[from].fd, messages, (unsigned)want, MSG_DONTWAIT, NULL);
    if (count <= 0) return;
    int64_t due = now_ns() + delay_ns;
    for (int i = 0; i < count; i++) {
      struct frame *frame = &held[(tail + (uint32_t)i) % HELD];
      frame->due_ns = due;
      frame->length = (uint16_t)messages[i].msg_len;
      frame->from = (int8_t)from;
      memcpy(ports[from].mac, frame->bytes + ETH_ALEN, ETH_ALEN);
      ports[from].known = 1;
      frame->to = (int8_t)port_of(frame->bytes);
    }
    tail += (uint32_t)count;
    if (count < want) return;
  }
}

static void send_all(int to, struct mmsghdr *messages, int count) {
  int sent = 0;
  while (sent < count) {
    int n = sendmmsg(ports[to].fd, messages + sent, (unsigned)(count - sent), MSG_DONTWAIT);
    /* The queue is full: this frame is lost, as in any router. */
    sent += n <= 0 ? 1 : n;
  }
}

/* Sends what is due, port by port, in order. */
static void give(void) {
  int64_t now = now_ns();
  uint32_t end = head;
  while (end != tail && held[end % HELD].due_ns <= now) end++;
  if (end == head) return;
  for (int to = 0; to < port_count; to++) {
    struct mmsghdr messages[BATCH];
    struct iovec parts[BATCH];
    int count = 0;
    for (uint32_t at = head; at != end; at++) {
      struct frame *frame = &held[at % HELD];
      if (frame->from == to || (frame->to != to && frame->to != -1)) continue;
      parts[count] = (struct iovec){frame->bytes, frame->length};
      messages[count].msg_hdr = (struct msghdr){.msg_iov = &parts[count], .msg_iovlen = 1};
      if (++count == BATCH) {
        send_all(to, messages, count);
        count = 0;
      }
    }
    if (count > 0) send_all(to, messages, count);
  }
  head = end;
}

static void run_switch(int64_t delay_ns) {
  int poll = epoll_create1(0);
  int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  struct itimerspec every = {{0, TICK_NS}, {0, TICK_NS}};
  if (poll < 0 || timer < 0 || timerfd_settime(timer, 0, &every, NULL) < 0) fail("timer");
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = MAX_PORTS};
  epoll_ctl(poll, EPOLL_CTL_ADD, timer, &event);
  for (int i = 0; i < port_count; i++) {
    event.data.u32 = (uint32_t)i;
    epoll_ctl(poll, EPOLL_CTL_ADD, ports[i].fd, &event);
  }
  setpriority(PRIO_PROCESS, 0, -20);
  puts("ready");
  fflush(stdout);
  for (;;) {
    struct epoll_event events[MAX_PORTS + 1];
    int count = epoll_wait(poll, events, MAX_PORTS + 1, -1);
    if (count < 0 && errno != EINTR) fail("epoll_wait");
    for (int i = 0; i < count; i++) {
      if (events[i].data.u32 < MAX_PORTS) {
        take((int)events[i].data.u32, delay_ns);
      } else {
        uint64_t ticks;
        if (read(timer, &ticks, sizeof ticks) < 0 && errno != EAGAIN) fail("timer");
      }
    }
    give();
  }
}

static void make_plain(const char *device) {
  struct ethtool_value off = {.cmd = ETHTOOL_STXCSUM, .data = 0};
  struct ifreq request = {0};
  snprintf(request.ifr_name, IFNAMSIZ, "%s", device);
  request.ifr_data = (void *)&off;
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0 || ioctl(fd, SIOCETHTOOL, &request) < 0) fail(device);
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "plain") == 0) {
    make_plain(argv[2]);
    return 0;
  }
  if (argc < 5 || strcmp(argv[1], "switch") != 0 || argc - 3 > MAX_PORTS) {
    fputs("usage: relay switch DELAY_US PORT PORT... | relay plain DEVICE\n", stderr);
    return 2;
  }
  for (port_count = 0; port_count < argc - 3; port_count++) ports[port_count].fd = open_port(argv[3 + port_count]);
  run_switch(atoll(argv[2]) * 1000);
}
